using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Torch;

/// <content>Sums, differences, products and quotients.</content>
internal sealed partial class TorchExpression
{
    // TorchSharp makes a number for each operation and passes its address on; a garbage collection in that moment frees it before it is
    // read. So numbers are kept alive here until the operation has ended.
    private static readonly Scalar One = 1.ToScalar();

    private protected override TensorExpression ComputeAdd(TensorExpression other, TensorShape result) =>
        Give(Tensor.add(Of(other), One), result);

    private protected override TensorExpression ComputeSubtract(TensorExpression other, TensorShape result) =>
        Give(Tensor - Of(other), result);

    private protected override TensorExpression ComputeMultiply(TensorExpression other, TensorShape result) =>
        Give(Tensor * Of(other), result);

    private protected override TensorExpression ComputeDivide(TensorExpression other, TensorShape result) =>
        Give(Tensor / Of(other), result);

    private protected override TensorExpression ComputeAdd(double number)
    {
        using var scalar = number.ToScalar();
        return Same(Tensor.add(scalar));
    }

    private protected override TensorExpression ComputeMultiply(double number)
    {
        using var scalar = number.ToScalar();
        return Same(Tensor.mul(scalar));
    }
}
