using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Partitioned;

/// <content>Normalisations: means and variances of the whole value, from the parts' sums.</content>
internal sealed partial class PartitionedExpression
{
    private protected override TensorExpression ComputeBatchNorm(
        Tensor? weight, Tensor? bias, Tensor runningMean, Tensor runningVariance, bool training, double momentum, double epsilon)
    {
        if (!training)
        {
            var value = _layout.IsDividedAlong(1) ? Gathered("Batch norm", 1) : this;
            return value.Give(
                value._layout,
                part =>
                    value
                        .Part(part)
                        .BatchNorm(
                            OnDeviceOrNone(part, weight),
                            OnDeviceOrNone(part, bias),
                            OnDeviceOf(part, runningMean),
                            OnDeviceOf(part, runningVariance),
                            false,
                            momentum,
                            epsilon
                        )
            );
        }

        int[] dimensions = [.. Enumerable.Range(0, Shape.Rank).Where(dimension => dimension != 1)];
        var (centered, mean, variance) = Centered(dimensions);
        var count = dimensions.Aggregate(1.0, (product, dimension) => product * Shape[dimension]);
        Follow(runningMean, mean, momentum, 1);
        Follow(runningVariance, variance, momentum, count / (count - 1));
        return Scaled(centered, variance, epsilon, weight, bias, Channels(Shape.Rank));
    }

    private protected override TensorExpression ComputeInstanceNorm(Tensor? weight, Tensor? bias, double epsilon)
    {
        var (centered, _, variance) = Centered(ShapeRules.SpatialDimensions(this));
        return Scaled(centered, variance, epsilon, weight, bias, Channels(Shape.Rank));
    }

    private protected override TensorExpression ComputeGroupNorm(long groups, Tensor? weight, Tensor? bias, double epsilon)
    {
        var grouped = Of(Reshape([Shape[0], groups, Shape.Channels / groups, .. Shape.Spatial]));
        var (centered, _, variance) = grouped.Centered([.. Enumerable.Range(2, Shape.Rank - 1)]);
        long[] channels = [groups, Shape.Channels / groups, .. Shape.Spatial.Select(_ => 1L)];
        return Scaled(centered, variance, epsilon, weight, bias, channels).Reshape(Shape.ToArray());
    }

    private protected override TensorExpression ComputeLayerNorm(Tensor weight, Tensor? bias, double epsilon)
    {
        if (!_layout.IsDividedAlong(^1))
        {
            return Give(_layout, part => Part(part).LayerNorm(OnDeviceOf(part, weight), OnDeviceOrNone(part, bias), epsilon));
        }

        var (centered, _, variance) = Centered([Shape.Rank - 1]);
        return Scaled(centered, variance, epsilon, weight, bias, [Shape[^1]]);
    }

    private protected override TensorExpression ComputeNormalize(int dimension, double epsilon)
    {
        if (!_layout.IsDividedAlong(dimension))
        {
            return Same(value => value.Normalize(dimension, epsilon));
        }

        // Limited before the root, whose slope at 0 is not finite.
        return this / (this * this).Sum([dimension], keepDimensions: true).Clamp(epsilon * epsilon, double.PositiveInfinity).Sqrt();
    }

    // The variance from what is left without the mean, which keeps the digits that a difference of squares would lose.
    private (TensorExpression Centered, PartitionedExpression Mean, PartitionedExpression Variance) Centered(int[] dimensions)
    {
        var mean = Of(Mean(dimensions, keepDimensions: true));
        var centered = this - mean;
        return (centered, mean, Of((centered * centered).Mean(dimensions, keepDimensions: true)));
    }

    // One product with what a channel is multiplied by in all, so that one large value is kept for the gradients.
    private TensorExpression Scaled(
        TensorExpression centered,
        PartitionedExpression variance,
        double epsilon,
        Tensor? weight,
        Tensor? bias,
        long[] sizes
    )
    {
        var scale = (variance + epsilon).Power(-0.5);
        var normal = centered * (weight is null ? scale : scale * Weight(weight).Reshape(sizes));
        return bias is null ? normal : normal + Weight(bias).Reshape(sizes);
    }

    private void Follow(Tensor running, PartitionedExpression statistic, double momentum, double factor)
    {
        if (!_pass.IsPlan)
        {
            using var scope = torch.NewDisposeScope();
            using var noGradients = torch.no_grad();
            var latest = PartReader.OnDevice(statistic.Assembled().detach().reshape(running.shape), running.device);
            running.mul_(Number(1 - momentum)).add_(latest * Number(momentum * factor), One);
        }
    }

    private Tensor? OnDeviceOrNone(int part, Tensor? tensor) => tensor is null ? null : OnDeviceOf(part, tensor);

    private long[] Channels(int rank) => [Shape.Channels, .. Enumerable.Repeat(1L, rank - 2)];
}
