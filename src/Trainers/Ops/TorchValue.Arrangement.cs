using TorchSharp;
using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation;

/// <content>Reshaping, joining, cutting and selecting.</content>
public sealed partial class TorchValue
{
    private protected override Value ComputeReshape(ValueShape result) => new TorchValue(Tensor.reshape(result.ToArray()), result);

    private protected override Value ComputePermute(long[] order, ValueShape result) => new TorchValue(Tensor.permute(order), result);

    private protected override Value ComputeExpand(ValueShape result) => new TorchValue(Tensor.expand(result.ToArray()), result);

    private protected override Value ComputeConcat(IReadOnlyList<Value> parts, int dimension, ValueShape result) =>
        new TorchValue(torch.cat(parts.Select(Of).ToArray(), dimension), result);

    private protected override Value ComputeSlice(int dimension, long start, long length, long step, ValueShape result) =>
        new TorchValue(Tensor.slice(dimension, start, start + ((length - 1) * step) + 1, step), result);

    private protected override Value ComputePad(long[] before, long[] after, double number, ValueShape result)
    {
        // PyTorch counts axes from the last one.
        var amounts = before.Zip(after).Reverse().SelectMany(pair => new[] { pair.First, pair.Second }).ToArray();
        return new TorchValue(functional.pad(Tensor, amounts, PaddingModes.Constant, number), result);
    }

    private protected override Value ComputeIndexSelect(int dimension, Tensor index, ValueShape result) =>
        new TorchValue(Tensor.index_select(dimension, index), result);
}
