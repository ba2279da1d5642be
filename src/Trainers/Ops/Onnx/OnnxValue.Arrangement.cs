using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation;

/// <content>Reshaping, joining, cutting and selecting.</content>
public sealed partial class OnnxValue
{
    private protected override Value ComputeReshape(ValueShape result) => Give(result, "Reshape", [Name, Sizes(result)]);

    private protected override Value ComputePermute(long[] order, ValueShape result) => Give(result, "Transpose", [Name], ("perm", order));

    // In ONNX's Expand a 1 keeps the size that is there, which serves the open batch.
    private protected override Value ComputeExpand(ValueShape result) => Give(
        result, "Expand", [Name, _graph.Constant(Array.ConvertAll(result.ToArray(), size => Math.Max(size, 1)))]);

    private protected override Value ComputeConcat(IReadOnlyList<Value> parts, int dimension, ValueShape result) =>
        Give(result, "Concat", [.. parts.Select(NameOf)], ("axis", (long)dimension));

    private protected override Value ComputeSlice(int dimension, long start, long length, long step, ValueShape result)
    {
        var end = start + ((length - 1) * step) + 1;
        return Give(
            result,
            "Slice",
            [Name, _graph.Constant([start]), _graph.Constant([end]), _graph.Constant([dimension]), _graph.Constant([step])]);
    }

    private protected override Value ComputePad(long[] before, long[] after, double number, ValueShape result) => Give(
        result, "Pad", [Name, _graph.Constant([0, 0, .. before, 0, 0, .. after]), _graph.Constant(number)]);

    private protected override Value ComputeIndexSelect(int dimension, Tensor index, ValueShape result) =>
        Give(result, "Gather", [Name, _graph.Parameter(index)], ("axis", (long)dimension));
}
