using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using Tensor = TorchSharp.torch.Tensor;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Partitioned;

/// <content>Matrix products and reductions.</content>
internal sealed partial class PartitionedExpression
{
    private const string Product = "A product over positions";

    // [..., A, K] x [..., K, B]. Where K is divided, the parts' products are added.
    private protected override TensorExpression ComputeMatMul(TensorExpression right, TensorShape result)
    {
        var (first, second) = WithOneInnerLayout(this, Of(right));
        var (rows, inner, columns) = (first._layout[^2], first._layout[^1], second._layout[^1]);
        if (PartLayout.AxesOf(columns).Intersect(PartLayout.AxesOf(rows)).Any())
        {
            columns = PartLayout.WholeRuns(result[^1]);
        }

        var used = PartLayout.AxesOf(rows).Concat(PartLayout.AxesOf(inner)).Concat(PartLayout.AxesOf(columns)).ToHashSet();
        var (one, other) = (first._layout.OfRank(result.Rank), second._layout.OfRank(result.Rank));
        var layout = PartLayout.Whole(result);
        for (var at = 0; at < result.Rank - 2; at++)
        {
            var runs = new[] { one[at], other[at] }.FirstOrDefault(Free, PartLayout.WholeRuns(result[at]));
            layout = layout.With(at, runs);
            used.UnionWith(PartLayout.AxesOf(runs));
        }

        bool Free(IReadOnlyList<PositionRun> runs) => runs.Any(run => run.IsDivided) && !PartLayout.AxesOf(runs).Any(used.Contains);
        var (low, high) = (result.Rank - 2, result.Rank - 1);
        var (a, b) = (
            first.DividedFor(layout.With(low, rows).With(high, inner), Product),
            second.DividedFor(layout.With(low, inner).With(high, columns), Product)
        );
        return Products(a, b, layout.With(low, rows).With(high, columns), [.. PartLayout.AxesOf(inner)]);
    }

    private protected override TensorExpression ComputeLinear(Tensor weight, Tensor? bias, TensorShape result)
    {
        if (!_layout.IsDividedAlong(^1))
        {
            return Give(_layout.With(_layout.Rank - 1, PartLayout.WholeRuns(result[^1])), part =>
                Part(part).Linear(OnDeviceOf(part, weight), bias is null ? null : OnDeviceOf(part, bias)));
        }

        var product = MatMul(Weight(weight).Transpose(0, 1));
        return bias is null ? product : product + bias;
    }

    private protected override TensorExpression ComputeSum(long[] dimensions, bool keepDimensions, TensorShape result)
    {
        var axes = Array.ConvertAll(dimensions, dimension => (int)dimension);
        return Reduced(dimensions, keepDimensions, value => value.Sum(axes, keepDimensions), (left, right) => left.Plus(right));
    }

    private protected override TensorExpression ComputeMean(long[] dimensions, bool keepDimensions, TensorShape result)
    {
        var axes = Array.ConvertAll(dimensions, dimension => (int)dimension);
        return axes.Any(axis => _layout.IsDividedAlong(axis))
            ? Sum(axes, keepDimensions) / dimensions.Aggregate(1.0, (count, dimension) => count * Shape[(int)dimension])
            : Reduced(dimensions, keepDimensions, value => value.Mean(axes, keepDimensions), (left, _) => left);
    }

    // Equal largest elements share the gradient, on whichever parts they lie, as they do in the undivided operation.
    private protected override TensorExpression ComputeMax(long[] dimensions, bool keepDimensions, TensorShape result)
    {
        var axes = Array.ConvertAll(dimensions, dimension => (int)dimension);
        if (!axes.Any(axis => _layout.IsDividedAlong(axis)))
        {
            return Reduced(dimensions, keepDimensions, value => value.Max(axes, keepDimensions), (left, _) => left);
        }

        var largest = Largest(dimensions);
        var shared = largest.DividedFor(_layout, Product);
        var isLargest = Give(
            _layout,
            part => Local(TensorOf(part).detach().ge(shared.TensorOf(part)).to_type(TorchSharp.torch.ScalarType.Float32))
        );
        var share = isLargest / isLargest.Sum(axes, keepDimensions: true);
        var found = Of((this * share).Sum(axes, keepDimensions: true));

        // Without the rounding of the shares' sum.
        var exact = Give(found._layout, part => Local(found.TensorOf(part).Plus(largest.TensorOf(part) - found.TensorOf(part).detach())));
        return keepDimensions ? exact : exact.Reshape(result.ToArray());
    }

    private static (PartitionedExpression First, PartitionedExpression Second) WithOneInnerLayout(
        PartitionedExpression first,
        PartitionedExpression second
    )
    {
        var (left, right) = (first._layout[^1], second._layout[^2]);
        int[] ofLeft = [.. PartLayout.AxesOf(left)], ofRight = [.. PartLayout.AxesOf(right)];
        if (ofLeft.Length > 0 && !second._layout.Axes.Except(ofRight).Intersect(ofLeft).Any())
        {
            return (first, second.Divided(second._layout.With(second._layout.Rank - 2, left), Product));
        }

        if (ofRight.Length > 0 && !first._layout.Axes.Except(ofLeft).Intersect(ofRight).Any())
        {
            return (first.Divided(first._layout.With(first._layout.Rank - 1, right), Product), second);
        }

        return (
            ofLeft.Length > 0 ? first.Gathered(Product, first._layout.Rank - 1) : first,
            ofRight.Length > 0 ? second.Gathered(Product, second._layout.Rank - 2) : second);
    }

    private PartitionedExpression Products(PartitionedExpression left, PartitionedExpression right, PartLayout layout, int[] added)
    {
        var ofParts = new TorchExpression?[_pass.Grid.Count];
        TorchExpression Local(int part) => ofParts[part] ??= (TorchExpression)left.Part(part).MatMul(right.Part(part));
        return Give(
            layout,
            part =>
                added.Length == 0
                    ? Local(part)
                    : this.Local(
                        _pass
                            .Grid.Along(part, added)
                            .Select(other => OnDeviceOf(part, Local(other).Tensor))
                            .Aggregate((sum, product) => sum.Plus(product))
                    )
        );
    }
}
