using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Onnx;

/// <content>Reshaping, joining, cutting and selecting.</content>
internal sealed partial class OnnxExpression
{
    private protected override TensorExpression ComputeReshape(TensorShape result) => Give(result, "Reshape", [Name, Sizes(result)]);

    private protected override TensorExpression ComputePermute(long[] order, TensorShape result) =>
        Give(result, "Transpose", [Name], ("perm", order));

    // In ONNX's Expand a 1 keeps the size that is there, which serves the open batch.
    private protected override TensorExpression ComputeExpand(TensorShape result) => Give(
        result, "Expand", [Name, _graph.Constant(Array.ConvertAll(result.ToArray(), size => Math.Max(size, 1)))]);

    private protected override TensorExpression ComputeConcat(IReadOnlyList<TensorExpression> parts, int dimension, TensorShape result) =>
        Give(result, "Concat", [.. parts.Select(NameOf)], ("axis", (long)dimension));

    private protected override TensorExpression ComputeSlice(int dimension, long start, long length, long step, TensorShape result)
    {
        var end = start + ((length - 1) * step) + 1;
        return Give(
            result,
            "Slice",
            [Name, _graph.Constant([start]), _graph.Constant([end]), _graph.Constant([dimension]), _graph.Constant([step])]);
    }

    private protected override TensorExpression ComputePad(long[] before, long[] after, double number, TensorShape result) => Give(
        result, "Pad", [Name, _graph.Constant([0, 0, .. before, 0, 0, .. after]), _graph.Constant(number)]);

    private protected override TensorExpression ComputeIndexSelect(int dimension, Tensor index, TensorShape result) =>
        Give(result, "Gather", [Name, _graph.Parameter(index)], ("axis", (long)dimension));
}
