using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation;

/// <content>Normalisations.</content>
public sealed partial class TorchValue
{
    private protected override Value ComputeBatchNorm(
        Tensor? weight, Tensor? bias, Tensor runningMean, Tensor runningVariance, bool training, double momentum, double epsilon) =>
        Same(FeatureProbe.Made(weight, functional.batch_norm(Tensor, runningMean, runningVariance, weight, bias, training, momentum, epsilon)));

    private protected override Value ComputeInstanceNorm(Tensor? weight, Tensor? bias, double epsilon) =>
        Same(FeatureProbe.Made(weight, functional.instance_norm(Tensor, null, null, weight, bias, true, 0.1, epsilon)));

    private protected override Value ComputeGroupNorm(long groups, Tensor? weight, Tensor? bias, double epsilon) =>
        Same(FeatureProbe.Made(weight, functional.group_norm(Full(Tensor), groups, weight, bias, epsilon)));

    private protected override Value ComputeLayerNorm(Tensor weight, Tensor? bias, double epsilon) =>
        Same(functional.layer_norm(Full(Tensor), weight.shape, weight, bias, epsilon));

    private protected override Value ComputeNormalize(int dimension, double epsilon) =>
        Same(functional.normalize(Full(Tensor), 2, dimension, epsilon));
}
