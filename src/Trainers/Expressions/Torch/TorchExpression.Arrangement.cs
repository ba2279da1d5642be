using TorchSharp;
using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Torch;

/// <content>Reshaping, joining, cutting and selecting.</content>
internal sealed partial class TorchExpression
{
    private protected override TensorExpression ComputeReshape(TensorShape result) => Give(Tensor.reshape(result.ToArray()), result);

    private protected override TensorExpression ComputePermute(long[] order, TensorShape result) => Give(Tensor.permute(order), result);

    private protected override TensorExpression ComputeExpand(TensorShape result) => Give(Tensor.expand(result.ToArray()), result);

    private protected override TensorExpression ComputeConcat(IReadOnlyList<TensorExpression> parts, int dimension, TensorShape result) =>
        Give(torch.cat(parts.Select(Of).ToArray(), dimension), result);

    private protected override TensorExpression ComputeSlice(int dimension, long start, long length, long step, TensorShape result) =>
        Give(Tensor.slice(dimension, start, start + ((length - 1) * step) + 1, step), result);

    private protected override TensorExpression ComputePad(long[] before, long[] after, double number, TensorShape result)
    {
        // PyTorch counts axes from the last one.
        var amounts = before.Zip(after).Reverse().SelectMany(pair => new[] { pair.First, pair.Second }).ToArray();
        return Give(functional.pad(Tensor, amounts, PaddingModes.Constant, number), result);
    }

    private protected override TensorExpression ComputeIndexSelect(int dimension, Tensor index, TensorShape result) =>
        Give(Tensor.index_select(dimension, index), result);
}
