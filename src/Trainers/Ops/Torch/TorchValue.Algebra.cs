using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation;

/// <content>Matrix products and reductions.</content>
public sealed partial class TorchValue
{
    private protected override Value ComputeMatMul(Value right, ValueShape result) => Give(Low(Tensor).matmul(Low(Of(right))), result);

    private protected override Value ComputeLinear(Tensor weight, Tensor? bias, ValueShape result) =>
        Give(functional.linear(Low(Tensor), Low(weight), LowOrNone(bias)), result);

    private protected override Value ComputeSum(long[] dimensions, bool keepDimensions, ValueShape result) =>
        Give(Full(Tensor).sum(dimensions, keepDimensions), result);

    private protected override Value ComputeMean(long[] dimensions, bool keepDimensions, ValueShape result) =>
        Give(Full(Tensor).mean(dimensions, keepDimensions), result);

    private protected override Value ComputeMax(long[] dimensions, bool keepDimensions, ValueShape result) =>
        Give(Tensor.amax(dimensions, keepDimensions), result);
}
