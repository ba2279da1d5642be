using Microsoft.ML.MedicalSegmentation.Expressions.Partitioned;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Reach;

/// <content>Reshaping, joining, cutting, selecting, products and norms.</content>
internal sealed partial class ReachExpression
{
    private protected override TensorExpression ComputeReshape(TensorShape result) =>
        _layout.Reshaped(result) is { } layout ? Give(layout) : Whole(result, "a reshape that mixes positions with channels");

    private protected override TensorExpression ComputePermute(long[] order, TensorShape result) => Give(_layout.Permuted(order));

    private protected override TensorExpression ComputeExpand(TensorShape result) =>
        Give(PartLayout.Joined(_layout, PartLayout.Whole(result), result));

    private protected override TensorExpression ComputeConcat(IReadOnlyList<TensorExpression> parts, int dimension, TensorShape result)
    {
        var values = parts.Select(Of).ToList();
        if (values.Any(value => value._layout.IsDividedAlong(dimension)))
        {
            return Whole(result, "values joined along positions");
        }

        var joined = values.Aggregate(
            (left, right) =>
                new(
                    _pass,
                    PartLayout.Joined(
                        left._layout.With(dimension, []),
                        right._layout.With(dimension, []),
                        left._layout.With(dimension, []).Shape
                    ),
                    left.Joined(right)
                )
        );
        return new ReachExpression(_pass, joined._layout.With(dimension, PartLayout.WholeRuns(result[dimension])), joined._reach);
    }

    private protected override TensorExpression ComputeSlice(int dimension, long start, long length, long step, TensorShape result) =>
        Changed(dimension, result, "a slice along positions");

    private protected override TensorExpression ComputePad(long[] before, long[] after, double number, TensorShape result) =>
        Whole(result, "padding apart from a convolution's");

    private protected override TensorExpression ComputeIndexSelect(int dimension, Tensor index, TensorShape result) =>
        Changed(dimension, result, "a selection of positions");

    private protected override TensorExpression ComputeMatMul(TensorExpression right, TensorShape result)
    {
        var other = Of(right);
        var (rows, columns) = (_layout[^2], other._layout[^1]);
        if (_layout.IsDividedAlong(^1) || other._layout.IsDividedAlong(^2) || PartLayout.AxesOf(rows).Intersect(other._layout.Axes).Any()
            || PartLayout.AxesOf(columns).Intersect(_layout.Axes).Any())
        {
            _pass.DependOnAll("a product over positions");
            columns = PartLayout.AxesOf(columns).Intersect(PartLayout.AxesOf(rows)).Any() ? PartLayout.WholeRuns(result[^1]) : columns;
        }

        var (low, high) = (result.Rank - 2, result.Rank - 1);
        var leading = PartLayout.Joined(
            _layout.With(_layout.Rank - 2, []).With(_layout.Rank - 1, []),
            other._layout.With(other._layout.Rank - 2, []).With(other._layout.Rank - 1, []),
            new TensorShape([.. result.ToArray()[..^2], 1, 1]));
        return new ReachExpression(_pass, leading.With(low, rows).With(high, columns), Joined(other));
    }

    private protected override TensorExpression ComputeLinear(Tensor weight, Tensor? bias, TensorShape result) =>
        Changed(Shape.Rank - 1, result, "a linear layer over positions");

    private protected override TensorExpression ComputeSum(long[] dimensions, bool keepDimensions, TensorShape result) =>
        Reduced(dimensions, keepDimensions, "a sum");

    private protected override TensorExpression ComputeMean(long[] dimensions, bool keepDimensions, TensorShape result) =>
        Reduced(dimensions, keepDimensions, "a mean");

    private protected override TensorExpression ComputeMax(long[] dimensions, bool keepDimensions, TensorShape result) =>
        Reduced(dimensions, keepDimensions, "a maximum");

    // In evaluation a batch norm is a factor and a summand per channel; a network's reach is that of evaluation.
    private protected override TensorExpression ComputeBatchNorm(
        Tensor? weight,
        Tensor? bias,
        Tensor runningMean,
        Tensor runningVariance,
        bool training,
        double momentum,
        double epsilon
    ) => this;

    private protected override TensorExpression ComputeInstanceNorm(Tensor? weight, Tensor? bias, double epsilon) =>
        Normed("an instance norm over all positions");

    private protected override TensorExpression ComputeGroupNorm(long groups, Tensor? weight, Tensor? bias, double epsilon) =>
        Normed("a group norm over all positions");

    private protected override TensorExpression ComputeLayerNorm(Tensor weight, Tensor? bias, double epsilon) =>
        _layout.IsDividedAlong(^1) ? Normed("a layer norm over positions") : this;

    private protected override TensorExpression ComputeNormalize(int dimension, double epsilon) =>
        _layout.IsDividedAlong(dimension) ? Normed("vectors over positions brought to length 1") : this;

    private ReachExpression Normed(string why)
    {
        if (_layout.IsDivided)
        {
            _pass.DependOnAll(why);
        }

        return this;
    }

    private ReachExpression Changed(int dimension, TensorShape result, string why)
    {
        if (_layout.IsDividedAlong(dimension))
        {
            _pass.DependOnAll(why);
        }

        return Give(_layout.With(dimension, PartLayout.WholeRuns(result[dimension])));
    }

    private ReachExpression Reduced(long[] dimensions, bool keepDimensions, string what)
    {
        int[] gone = [.. dimensions.Select(dimension => (int)dimension)];
        if (gone.Any(dimension => _layout.IsDividedAlong(dimension)))
        {
            _pass.DependOnAll($"{what} over all positions");
        }

        var kept = gone.Aggregate(_layout, (layout, dimension) => layout.With(dimension, []));
        return Give(keepDimensions ? kept : kept.Without(gone));
    }
}
