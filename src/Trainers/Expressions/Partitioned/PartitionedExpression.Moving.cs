using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Partitioned;

/// <content>Changes of how a value is divided: cuts, exchanges and gathers.</content>
internal sealed partial class PartitionedExpression
{
    /// <summary>The same value, divided otherwise.</summary>
    /// <param name="layout">How, for the same shape.</param>
    /// <param name="operation">What asks for it, for messages.</param>
    /// <exception cref="ArgumentException">Parts would have to bring too much together.</exception>
    private PartitionedExpression Divided(PartLayout layout, string operation)
    {
        if (_layout.Equals(layout))
        {
            return this;
        }

        if (PartLayout.Pairs(_layout, layout) is not { } pairs)
        {
            return Divided(PartLayout.Whole(Shape), operation).Divided(layout, operation);
        }

        if (pairs.Any(pair => pair.From.IsDivided && pair.To.Axis != pair.From.Axis))
        {
            _pass.CountGathered(layout, operation);
        }

        return new(_pass, layout, _pass.Each(layout, part => Moved(pairs, layout.SizesOn(_pass.Grid.CoordinatesOf(part)), part, Part)));
    }

    // Reads what a part is to hold; both sides' dimensions are taken apart into runs of equal sizes.
    private TorchExpression Moved(
        IReadOnlyList<(PositionRun From, PositionRun To)> pairs,
        long[] sizes,
        int part,
        Func<int, TorchExpression> held
    )
    {
        var coordinates = _pass.Grid.CoordinatesOf(part);
        var reader = new PartReader(_pass.Grid, [.. pairs.Select(pair => pair.From)], other =>
        {
            var at = _pass.Grid.CoordinatesOf(other);
            return held(other).Tensor.reshape([.. pairs.Select(pair => pair.From.On(at)).Select(range => range.To - range.From)]);
        });
        using var scope = torch.NewDisposeScope();
        var read = reader.Read(part, [.. pairs.Select(pair => pair.To.On(coordinates))], 0);
        return Local(scope.MoveToOuter(read.reshape(sizes)));
    }

    /// <summary>This value as one factor of an element-wise result.</summary>
    private PartitionedExpression DividedFor(PartLayout result, string operation) => Divided(result.For(Shape), operation);

    private PartitionedExpression Gathered(string operation, params int[] dimensions) => Divided(_layout.Gathered(dimensions), operation);

    /// <summary>
    /// Sums (or other combinations) over dimensions: of each part, and then of those that differ along the axes that vanish.
    /// </summary>
    private PartitionedExpression Reduced(
        long[] dimensions,
        bool keepDimensions,
        Func<TensorExpression, TensorExpression> local,
        Func<torch.Tensor, torch.Tensor, torch.Tensor> combine
    )
    {
        int[] gone = [.. dimensions.Select(dimension => (int)dimension)];
        var kept = gone.Aggregate(_layout, (layout, dimension) => layout.With(dimension, []));
        var result = keepDimensions ? kept : kept.Without(gone);
        int[] axes = [.. gone.SelectMany(dimension => PartLayout.AxesOf(_layout[dimension]))];
        var ofParts = new TorchExpression?[_pass.Grid.Count];
        TorchExpression Local(int part)
        {
            var first = _pass.Grid.Representative(_layout, part);
            return ofParts[first] ??= (TorchExpression)local(Part(first));
        }

        return Give(result, part => axes.Length == 0
            ? Local(part)
            : this.Local(_pass.Grid.Along(part, axes).Select(other => OnDeviceOf(part, Local(other).Tensor)).Aggregate(combine)));
    }
}
