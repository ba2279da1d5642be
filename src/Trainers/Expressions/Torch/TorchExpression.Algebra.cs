using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Torch;

/// <content>Matrix products and reductions.</content>
internal sealed partial class TorchExpression
{
    private protected override TensorExpression ComputeMatMul(TensorExpression right, TensorShape result) =>
        Give(Low(Tensor).matmul(Low(Of(right))), result);

    private protected override TensorExpression ComputeLinear(Tensor weight, Tensor? bias, TensorShape result) =>
        Give(functional.linear(Low(Tensor), Low(weight), LowOrNone(bias)), result);

    private protected override TensorExpression ComputeSum(long[] dimensions, bool keepDimensions, TensorShape result) =>
        Give(Full(Tensor).sum(dimensions, keepDimensions), result);

    private protected override TensorExpression ComputeMean(long[] dimensions, bool keepDimensions, TensorShape result) =>
        Give(Full(Tensor).mean(dimensions, keepDimensions), result);

    private protected override TensorExpression ComputeMax(long[] dimensions, bool keepDimensions, TensorShape result) =>
        Give(Tensor.amax(dimensions, keepDimensions), result);
}
