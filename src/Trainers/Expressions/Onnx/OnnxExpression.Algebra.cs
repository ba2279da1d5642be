using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Onnx;

/// <content>Matrix products and reductions.</content>
internal sealed partial class OnnxExpression
{
    private protected override TensorExpression ComputeMatMul(TensorExpression right, TensorShape result) =>
        Give(result, "MatMul", [Name, NameOf(right)]);

    // The weight keeps the layout and name of the state dictionary; ONNX Runtime transposes it once, when it loads the file.
    private protected override TensorExpression ComputeLinear(Tensor weight, Tensor? bias, TensorShape result)
    {
        var transposed = _graph.Add("Transpose", [_graph.Parameter(weight)], ("perm", new long[] { 1, 0 }));
        var product = Give(result, "MatMul", [Name, transposed]);
        return bias is null ? product : Give(result, "Add", [product.Name, _graph.Parameter(bias)]);
    }

    private protected override TensorExpression ComputeSum(long[] dimensions, bool keepDimensions, TensorShape result) =>
        Reduce("ReduceSum", dimensions, keepDimensions, result);

    private protected override TensorExpression ComputeMean(long[] dimensions, bool keepDimensions, TensorShape result) =>
        IsGlobalPool(dimensions, keepDimensions)
            ? Give(result, "GlobalAveragePool", [Name])
            : Reduce("ReduceMean", dimensions, keepDimensions, result);

    private protected override TensorExpression ComputeMax(long[] dimensions, bool keepDimensions, TensorShape result) =>
        IsGlobalPool(dimensions, keepDimensions)
            ? Give(result, "GlobalMaxPool", [Name])
            : Reduce("ReduceMax", dimensions, keepDimensions, result);

    // ONNX Runtime pools blocked channels of images, and reduces none.
    private bool IsGlobalPool(long[] dimensions, bool keepDimensions) => keepDimensions && Shape.Rank == 4 && dimensions is [2, 3];

    private OnnxExpression Reduce(string operation, long[] dimensions, bool keepDimensions, TensorShape result) =>
        Give(result, operation, [Name, _graph.Constant(dimensions)], ("keepdims", keepDimensions ? 1L : 0L));
}
