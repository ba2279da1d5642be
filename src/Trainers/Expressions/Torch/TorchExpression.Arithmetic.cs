using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Torch;

/// <content>Sums, differences, products and quotients.</content>
internal sealed partial class TorchExpression
{
    private protected override TensorExpression ComputeAdd(TensorExpression other, TensorShape result) =>
        Give(Tensor.Plus(Of(other)), result);

    private protected override TensorExpression ComputeSubtract(TensorExpression other, TensorShape result) =>
        Give(Tensor - Of(other), result);

    private protected override TensorExpression ComputeMultiply(TensorExpression other, TensorShape result) =>
        Give(Tensor * Of(other), result);

    private protected override TensorExpression ComputeDivide(TensorExpression other, TensorShape result) =>
        Give(Tensor / Of(other), result);

    private protected override TensorExpression ComputeAdd(double number) =>
        Same(Tensor.Plus(number));

    private protected override TensorExpression ComputeMultiply(double number) =>
        Same(Tensor * Number(number));
}
