using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Torch;

/// <content>Normalisations.</content>
internal sealed partial class TorchExpression
{
    private protected override TensorExpression ComputeBatchNorm(
        Tensor? weight,
        Tensor? bias,
        Tensor runningMean,
        Tensor runningVariance,
        bool training,
        double momentum,
        double epsilon
    ) =>
        Same(
            FeatureProbe.Made(
                weight,
                functional.batch_norm(Tensor, runningMean, runningVariance, weight, bias, training, momentum, epsilon)
            )
        );

    private protected override TensorExpression ComputeInstanceNorm(Tensor? weight, Tensor? bias, double epsilon) =>
        Same(FeatureProbe.Made(weight, functional.instance_norm(Tensor, null, null, weight, bias, true, 0.1, epsilon)));

    private protected override TensorExpression ComputeGroupNorm(long groups, Tensor? weight, Tensor? bias, double epsilon) =>
        Same(FeatureProbe.Made(weight, functional.group_norm(Full(Tensor), groups, weight, bias, epsilon)));

    private protected override TensorExpression ComputeLayerNorm(Tensor weight, Tensor? bias, double epsilon) =>
        Same(functional.layer_norm(Full(Tensor), weight.shape, weight, bias, epsilon));

    private protected override TensorExpression ComputeNormalize(int dimension, double epsilon) =>
        Same(functional.normalize(Full(Tensor), 2, dimension, epsilon));
}
