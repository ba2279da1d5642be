using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions;

/// <content>Matrix products and reductions.</content>
public abstract partial class TensorExpression
{
    /// <summary>[..., A, B] x [..., B, C] -> [..., A, C]; leading sizes broadcast. ONNX MatMul (13).</summary>
    public TensorExpression MatMul(TensorExpression right)
    {
        var result = ShapeRules.MatMul(this, right);
        ComputationCounter.Product(Shape, result);
        return ComputeMatMul(right, result);
    }

    private protected abstract TensorExpression ComputeMatMul(TensorExpression right, TensorShape result);

    /// <summary>
    /// [..., I] -> [..., O]: x times the transposed weight, plus bias. ONNX Transpose (13), MatMul (13), Add (14).
    /// </summary>
    /// <param name="weight">[O, I].</param>
    /// <param name="bias">[O], or null.</param>
    public TensorExpression Linear(Tensor weight, Tensor? bias)
    {
        var result = ShapeRules.Linear(this, weight);
        ComputationCounter.Linear(weight, result);
        return ComputeLinear(weight, bias, result);
    }

    private protected abstract TensorExpression ComputeLinear(Tensor weight, Tensor? bias, TensorShape result);

    /// <summary>Sum over dimensions. ONNX ReduceSum (13).</summary>
    public TensorExpression Sum(int[] dimensions, bool keepDimensions = false)
    {
        var (axes, result) = ShapeRules.Reduce(Shape, dimensions, keepDimensions);
        return ComputeSum(axes, keepDimensions, result);
    }

    private protected abstract TensorExpression ComputeSum(long[] dimensions, bool keepDimensions, TensorShape result);

    /// <summary>Mean over dimensions. ONNX ReduceMean (18).</summary>
    public TensorExpression Mean(int[] dimensions, bool keepDimensions = false)
    {
        var (axes, result) = ShapeRules.Reduce(Shape, dimensions, keepDimensions);
        return ComputeMean(axes, keepDimensions, result);
    }

    private protected abstract TensorExpression ComputeMean(long[] dimensions, bool keepDimensions, TensorShape result);

    /// <summary>Largest element over dimensions. ONNX ReduceMax (18).</summary>
    public TensorExpression Max(int[] dimensions, bool keepDimensions = false)
    {
        var (axes, result) = ShapeRules.Reduce(Shape, dimensions, keepDimensions);
        return ComputeMax(axes, keepDimensions, result);
    }

    private protected abstract TensorExpression ComputeMax(long[] dimensions, bool keepDimensions, TensorShape result);
}
