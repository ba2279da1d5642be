using TorchSharp;
using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation;

/// <content>Reshaping, joining, cutting and selecting.</content>
public sealed partial class TorchValue
{
    private protected override Value ComputeReshape(ValueShape result) => Give(Tensor.reshape(result.ToArray()), result);

    private protected override Value ComputePermute(long[] order, ValueShape result) => Give(Tensor.permute(order), result);

    private protected override Value ComputeExpand(ValueShape result) => Give(Tensor.expand(result.ToArray()), result);

    private protected override Value ComputeConcat(IReadOnlyList<Value> parts, int dimension, ValueShape result) =>
        Give(torch.cat(parts.Select(Of).ToArray(), dimension), result);

    private protected override Value ComputeSlice(int dimension, long start, long length, long step, ValueShape result) =>
        Give(Tensor.slice(dimension, start, start + ((length - 1) * step) + 1, step), result);

    private protected override Value ComputePad(long[] before, long[] after, double number, ValueShape result)
    {
        // PyTorch counts axes from the last one.
        var amounts = before.Zip(after).Reverse().SelectMany(pair => new[] { pair.First, pair.Second }).ToArray();
        return Give(functional.pad(Tensor, amounts, PaddingModes.Constant, number), result);
    }

    private protected override Value ComputeIndexSelect(int dimension, Tensor index, ValueShape result) =>
        Give(Tensor.index_select(dimension, index), result);
}
