using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using TorchSharp;
using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Partitioned;

/// <content>Functions of each element.</content>
internal sealed partial class PartitionedExpression
{
    /// <inheritdoc/>
    public override TensorExpression Relu() => WithRectifier(value => value.Relu());

    /// <inheritdoc/>
    public override TensorExpression LeakyRelu(double slope = 0.01) => WithRectifier(value => value.LeakyRelu(slope));

    private protected override TensorExpression ComputePRelu(Tensor slope) =>
        Give(_layout, part => Part(part).PRelu(OnDeviceOf(part, slope)));

    /// <inheritdoc/>
    public override TensorExpression Elu(double alpha = 1) => Same(value => value.Elu(alpha));

    /// <inheritdoc/>
    public override TensorExpression Gelu() => Same(value => value.Gelu());

    /// <inheritdoc/>
    public override TensorExpression Sigmoid() => Same(value => value.Sigmoid());

    /// <inheritdoc/>
    public override TensorExpression Tanh() => Same(value => value.Tanh());

    /// <inheritdoc/>
    public override TensorExpression Softplus() => Same(value => value.Softplus());

    /// <inheritdoc/>
    public override TensorExpression Exp() => Same(value => value.Exp());

    /// <inheritdoc/>
    public override TensorExpression Log() => Same(value => value.Log());

    /// <inheritdoc/>
    public override TensorExpression Sqrt() => Same(value => value.Sqrt());

    /// <inheritdoc/>
    public override TensorExpression Abs() => Same(value => value.Abs());

    /// <inheritdoc/>
    public override TensorExpression Power(double exponent) => Same(value => value.Power(exponent));

    private protected override TensorExpression ComputeClamp(double lowest, double highest) => Same(value => value.Clamp(lowest, highest));

    // The largest element is taken off first, and carries no gradient, as the result does not depend on it.
    private protected override TensorExpression ComputeSoftmax(int dimension)
    {
        if (!_layout.IsDividedAlong(dimension))
        {
            return Same(value => value.Softmax(dimension));
        }

        var exponentials = Of((this - Largest([dimension])).Exp());
        return exponentials / exponentials.Sum([dimension], keepDimensions: true);
    }

    // The mask is drawn once for the whole value, as the undivided pass draws it, so that on processors both are the same.
    private protected override TensorExpression ComputeDropout(double probability) =>
        this * Drawn(Shape, ones => functional.dropout(ones, probability, true));

    private protected override TensorExpression ComputeChannelDropout(double probability)
    {
        var shape = new TensorShape([Shape[0], Shape.Channels, .. Enumerable.Repeat(1L, Shape.Rank - 2)]);
        return this * Drawn(shape, ones => Shape.Rank switch
        {
            4 => functional.dropout2d(ones, probability, true),
            5 => functional.dropout3d(ones, probability, true),
            _ => throw new ArgumentException($"Channel dropout got {Shape}. Give [batch, channels, ...] with two or three spatial sizes."),
        });
    }

    private PartitionedExpression Drawn(TensorShape shape, Func<Tensor, Tensor> draw)
    {
        var layout = PartLayout.Whole(shape);
        var mask = _pass.IsPlan ? null : draw(torch.ones(shape.ToArray(), torch.ScalarType.Float32, _pass.Grid.Home));
        return new(_pass, layout, mask is null ? null : _pass.Each(layout, part => Local(OnDeviceOf(part, mask))));
    }

    private PartitionedExpression WithRectifier(Func<TensorExpression, TensorExpression> rectify)
    {
        if (!_layout.IsDivided)
        {
            return Same(rectify);
        }

        _pass.CountResult(_layout);
        return new PartitionedExpression(_pass, _layout, _pass.Each(_layout, Part), rectify);
    }

    /// <summary>The largest elements over dimensions, which stay with size 1, without gradients.</summary>
    private PartitionedExpression Largest(long[] dimensions)
    {
        int[] axes = [.. dimensions.Select(dimension => (int)dimension)];
        return Reduced(
            dimensions,
            keepDimensions: true,
            value => Local(((TorchExpression)value.Max(axes, keepDimensions: true)).Tensor.detach()),
            (left, right) => left.maximum(right));
    }
}
