using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Partitioned;

/// <content>Reshaping, joining, cutting and selecting.</content>
internal sealed partial class PartitionedExpression
{
    // A reshape that mixes positions with other elements, as UNETR++'s spatial attention does, needs the whole value for a moment.
    private protected override TensorExpression ComputeReshape(TensorShape result)
    {
        if (_layout.Reshaped(result) is { } layout)
        {
            return Give(layout, part => Part(part).Reshape(layout.SizesOn(_pass.Grid.CoordinatesOf(part))));
        }

        var operation = $"A reshape to {result}";
        var whole = Divided(PartLayout.Whole(Shape), operation);
        var mixed = new PartitionedExpression(
            _pass,
            PartLayout.Whole(result),
            _pass.Each(PartLayout.Whole(result), part => whole.Part(part).Reshape(result.ToArray()))
        );
        return DividedLike(result) is { } divided ? mixed.Copied(mixed.Divided(divided, operation)) : mixed;
    }

    private protected override TensorExpression ComputePermute(long[] order, TensorShape result)
    {
        var axes = Array.ConvertAll(order, axis => (int)axis);
        return Give(_layout.Permuted(order), part => Part(part).Permute(axes));
    }

    private protected override TensorExpression ComputeExpand(TensorShape result)
    {
        var layout = PartLayout.Joined(_layout, PartLayout.Whole(result), result);
        return new PartitionedExpression(
            _pass,
            layout,
            _pass.Each(layout, part => Part(part).Expand(layout.SizesOn(_pass.Grid.CoordinatesOf(part))))
        );
    }

    private protected override TensorExpression ComputeConcat(IReadOnlyList<TensorExpression> parts, int dimension, TensorShape result)
    {
        const string Operation = "Joining values";
        var values = parts.Select(Of).ToList();
        var others = values
            .Select(value => value._layout.With(dimension, []))
            .Aggregate((left, right) => PartLayout.Joined(left, right, left.Shape));
        var along = values.Select(value => value._layout[dimension]).FirstOrDefault(runs => runs.Any(run => run.IsDivided));

        // Values of one size lie side by side on each part; the dimension then counts them before the positions.
        var isStacked =
            along is not null
            && values.All(value => value.Shape[dimension] == values[0].Shape[dimension])
            && !PartLayout.AxesOf(along).Intersect(others.Axes).Any();
        var layout = others.With(
            dimension,
            isStacked ? [new PositionRun(values.Count), .. along ?? []] : PartLayout.WholeRuns(result[dimension])
        );
        var divided = values
            .Select(value =>
                value.Divided(
                    others.With(dimension, isStacked && along is not null ? along : PartLayout.WholeRuns(value.Shape[dimension])),
                    Operation
                )
            )
            .ToList();
        return Give(layout, part => Concat(dimension, [.. divided.Select(value => value.Part(part))]));
    }

    private protected override TensorExpression ComputeSlice(int dimension, long start, long length, long step, TensorShape result)
    {
        if (!_layout.IsDividedAlong(dimension))
        {
            var cut = _layout.With(dimension, PartLayout.WholeRuns(length));
            return new PartitionedExpression(_pass, cut, _pass.Each(cut, part => Part(part).Slice(dimension, start, length, step)));
        }

        const string Operation = "A slice along positions";
        var run = OnlyRun(dimension, Operation);
        var layout = _layout.With(dimension, [Bounded(run, length, bound => CeilingOf(bound - start, step), Operation)]);
        return Give(layout, part =>
        {
            var coordinates = _pass.Grid.CoordinatesOf(part);
            var ((from, to), (first, _)) = (layout[dimension][0].On(coordinates), run.On(coordinates));
            return Part(part).Slice(dimension, start + (from * step) - first, to - from, step);
        });
    }

    private protected override TensorExpression ComputePad(long[] before, long[] after, double number, TensorShape result)
    {
        var layout = _layout;
        for (var axis = 0; axis < before.Length; axis++)
        {
            var (at, shift) = (axis + 2, before[axis]);
            layout = layout.With(at, _layout.IsDividedAlong(at)
                ? [Bounded(OnlyRun(at, "Padding"), result[at], bound => bound + shift, "Padding")]
                : PartLayout.WholeRuns(result[at]));
        }

        return Give(
            layout,
            part =>
            {
                var coordinates = _pass.Grid.CoordinatesOf(part);
                long Amount(int axis, bool isFar) =>
                    !_layout.IsDividedAlong(axis + 2) ? (isFar ? after : before)[axis]
                    : _layout[axis + 2][0] is var run && coordinates[run.Axis] == (isFar ? _pass.Grid.Sizes[run.Axis] - 1 : 0)
                        ? (isFar ? after : before)[axis]
                    : 0;
                long[] near = [.. before.Select((_, axis) => Amount(axis, isFar: false))],
                    far = [.. after.Select((_, axis) => Amount(axis, isFar: true))];
                return Part(part).Pad(near, far, number);
            }
        );
    }

    private protected override TensorExpression ComputeIndexSelect(int dimension, Tensor index, TensorShape result)
    {
        var value = _layout.IsDividedAlong(dimension) ? Gathered("A selection of positions", dimension) : this;
        var layout = value._layout.With(dimension, PartLayout.WholeRuns(result[dimension]));
        return Give(layout, part => value.Part(part).IndexSelect(dimension, OnDeviceOf(part, index)));
    }

    // The layout in which this value's positions divide a dimension of the result, where one has as many elements.
    private PartLayout? DividedLike(TensorShape result)
    {
        var positions = Enumerable.Range(0, _layout.Rank).Select(at => _layout[at]).Where(runs => runs.Any(run => run.IsDivided)).ToList();
        var divided = PartLayout.Whole(result);
        foreach (var runs in positions)
        {
            var size = runs.Aggregate(1L, (product, run) => product * run.Size);
            var at = Array.IndexOf(result.ToArray(), size);
            divided = at < 0 || divided.IsDividedAlong(at) ? divided : divided.With(at, runs);
        }

        return divided.IsDivided ? divided : null;
    }

    // What a part keeps of a value that is whole for a moment is a copy, so that the whole is given back.
    private PartitionedExpression Copied(PartitionedExpression part) =>
        ReferenceEquals(this, part) ? this : part.Give(part._layout, at => Local(part.Part(at).Tensor.clone()));

    private PositionRun OnlyRun(int dimension, string operation) =>
        _layout[dimension] is [{ } run]
            ? run
            : throw new ArgumentException(
                $"{operation} along dimension {dimension} of {Shape} cannot be computed by parts: several axes "
                    + "are flattened there. Train without Partition."
            );

    /// <summary>A run of another size whose parts begin where a function puts the beginnings of these.</summary>
    private PositionRun Bounded(PositionRun run, long size, Func<long, long> begin, string operation)
    {
        var bounds = Array.ConvertAll(run.Bounds, bound => Math.Clamp(begin(bound), 0, size));
        (bounds[0], bounds[^1]) = (0, size);
        for (var part = 1; part < bounds.Length; part++)
        {
            if (bounds[part] <= bounds[part - 1])
            {
                throw new ArgumentException(
                    $"{operation} leaves {size} positions along an axis of {Shape} for {bounds.Length - 1} parts, and part "
                        + $"{part - 1} would have none. Use fewer parts along this axis (Partition.Parts), or a patch with a longer side."
                );
            }
        }

        return new PositionRun(size, run.Axis, bounds);
    }

    private static long CeilingOf(long number, long divisor) => -FloorOf(-number, divisor);

    private static long FloorOf(long number, long divisor) => (number / divisor) - (number % divisor < 0 ? 1 : 0);
}
