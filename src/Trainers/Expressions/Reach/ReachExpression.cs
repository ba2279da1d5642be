using Microsoft.ML.MedicalSegmentation.Expressions.Partitioned;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Reach;

/// <summary>
/// The reading of <see cref="TensorExpression"/> that finds how far, in voxels of the image, an element of the result depends on; nothing
/// is computed.
/// </summary>
/// <remarks>
/// Araujo, Norris and Sim 2019, Computing Receptive Fields of Convolutional Neural Networks, https://doi.org/10.23915/distill.00021.
/// </remarks>
internal sealed partial class ReachExpression : TensorExpression
{
    private readonly ReachPass _pass;

    // Which dimensions hold positions: runs that are divided along axis i hold those of spatial axis i.
    private readonly PartLayout _layout;
    private readonly AxisReach[] _reach;

    private ReachExpression(ReachPass pass, PartLayout layout, AxisReach[] reach)
        : base(layout.Shape)
    {
        (_pass, _layout, _reach) = (pass, layout, reach);
        pass.Count(reach);
    }

    /// <summary>Per spatial axis, what an element depends on.</summary>
    public IReadOnlyList<AxisReach> Reach => _reach;

    /// <summary>The image.</summary>
    /// <param name="pass">Collects what is found.</param>
    /// <param name="shape">[1, C, S], large enough for the network.</param>
    public static ReachExpression Image(ReachPass pass, TensorShape shape)
    {
        var axes = shape.Rank - 2;
        var layout = Enumerable
            .Range(0, axes)
            .Aggregate(PartLayout.Whole(shape), (whole, axis) => whole.With(axis + 2, [new PositionRun(shape[axis + 2], axis)]));
        return new(pass, layout, [.. Enumerable.Repeat(AxisReach.Own, axes)]);
    }

    private protected override TensorExpression ComputeWeight(Tensor parameter, TensorShape result) =>
        new ReachExpression(_pass, PartLayout.Whole(result), [.. _reach.Select(_ => AxisReach.Own)]);

    /// <inheritdoc/>
    public override ExpressionScope OpenScope() => new NoScope();

    /// <inheritdoc/>
    public override TensorExpression Shown(torch.nn.Module layer, string name) => this;

    /// <inheritdoc/>
    public override void ShowMap(torch.nn.Module layer, string name, Func<TensorExpression> map)
    {
    }

    private static ReachExpression Of(TensorExpression value) =>
        value is ReachExpression reach
            ? reach
            : throw new ArgumentException(
                $"A reach and a {value.GetType().Name} cannot be combined. Make every value from the network's input."
            );

    private ReachExpression Give(PartLayout layout) => new(_pass, layout, _reach);

    private ReachExpression Whole(TensorShape result, string why)
    {
        _pass.DependOnAll(why);
        return Give(PartLayout.Whole(result));
    }

    private ReachExpression Combined(TensorExpression other, TensorShape result)
    {
        var right = Of(other);
        return new(_pass, PartLayout.Joined(_layout, right._layout, result), Joined(right));
    }

    // A value without an axis is the same at all its positions; what that says of the whole image was noted when the axis vanished.
    private AxisReach[] Joined(ReachExpression right)
    {
        var (own, others) = (_layout.Axes.ToHashSet(), right._layout.Axes.ToHashSet());
        return [.. _reach.Select((reach, axis) =>
        {
            if (!own.Contains(axis) || !others.Contains(axis))
            {
                return own.Contains(axis) ? reach : others.Contains(axis) ? right._reach[axis] : reach;
            }

            if (reach.Scale != right._reach[axis].Scale)
            {
                _pass.DependOnAll("values of different resolutions meet, which fits by chance of the size only");
            }

            return reach.Or(right._reach[axis]);
        })];
    }

    private ReachExpression WithAxes(TensorShape result, Func<int, AxisReach, AxisReach> change)
    {
        var (layout, reach) = (_layout, (AxisReach[])_reach.Clone());
        for (var dimension = 1; dimension < result.Rank; dimension++)
        {
            if (dimension == 1 || !_layout.IsDividedAlong(dimension))
            {
                layout = layout.With(dimension, PartLayout.WholeRuns(result[dimension]));
            }
            else if (_layout[dimension] is [{ } run])
            {
                layout = layout.With(dimension, [new PositionRun(result[dimension], run.Axis)]);
                reach[run.Axis] = change(dimension - 2, reach[run.Axis]);
            }
            else
            {
                return Whole(result, "a window slides over flattened positions");
            }
        }

        return new(_pass, layout, reach);
    }

    private sealed class NoScope : ExpressionScope
    {
        public override TensorExpression Keep(TensorExpression value) => value;

        protected override void Dispose(bool disposing)
        {
        }
    }
}
