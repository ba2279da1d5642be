namespace Microsoft.ML.MedicalSegmentation;

/// <content>Sums, differences, products and quotients.</content>
public sealed partial class TorchValue
{
    private protected override Value ComputeAdd(Value other, ValueShape result) => Give(Tensor + Of(other), result);

    private protected override Value ComputeSubtract(Value other, ValueShape result) => Give(Tensor - Of(other), result);

    private protected override Value ComputeMultiply(Value other, ValueShape result) => Give(Tensor * Of(other), result);

    private protected override Value ComputeDivide(Value other, ValueShape result) => Give(Tensor / Of(other), result);

    private protected override Value ComputeAdd(double number) => Same(Tensor + number);

    private protected override Value ComputeMultiply(double number) => Same(Tensor * number);
}
