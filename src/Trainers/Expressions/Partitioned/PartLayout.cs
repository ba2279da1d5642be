namespace Microsoft.ML.MedicalSegmentation.Expressions.Partitioned;

/// <summary>How a value is divided among parts: each of its dimensions as runs of positions, slowest first.</summary>
/// <remarks>
/// A dimension of size 1 has no run. After a reshape a dimension may have several: flattened positions are the runs of depth, height and
/// width. An axis of the grid divides one run at most; parts that differ only along other axes hold the same elements.
/// </remarks>
internal sealed class PartLayout : IEquatable<PartLayout>
{
    private readonly IReadOnlyList<PositionRun>[] _dimensions;

    private PartLayout(IReadOnlyList<PositionRun>[] dimensions)
    {
        _dimensions = dimensions;
        Shape = new TensorShape(Array.ConvertAll(dimensions, Size));
    }

    /// <summary>The sizes of the whole value.</summary>
    public TensorShape Shape { get; }

    public int Rank => _dimensions.Length;

    public IReadOnlyList<PositionRun> this[Index dimension] => _dimensions[dimension];

    /// <summary>The axes of the grid that divide something.</summary>
    public IEnumerable<int> Axes => _dimensions.SelectMany(AxesOf);

    public bool IsDivided => Axes.Any();

    /// <summary>The runs of all dimensions, one after the other.</summary>
    public IEnumerable<PositionRun> Runs => _dimensions.SelectMany(runs => runs);

    /// <summary>Nothing is divided.</summary>
    public static PartLayout Whole(TensorShape shape) => new(Array.ConvertAll(shape.ToArray(), WholeRuns));

    public static IReadOnlyList<PositionRun> WholeRuns(long size) => size == 1 ? [] : [new PositionRun(size)];

    public static IEnumerable<int> AxesOf(IEnumerable<PositionRun> runs) => runs.Where(run => run.IsDivided).Select(run => run.Axis);

    public bool IsDividedAlong(Index dimension) => _dimensions[dimension].Any(run => run.IsDivided);

    /// <summary>The sizes of what a part holds.</summary>
    public long[] SizesOn(int[] coordinates) => Array.ConvertAll(_dimensions, runs => runs.Aggregate(1L, (size, run) =>
    {
        var (from, to) = run.On(coordinates);
        return size * (to - from);
    }));

    public PartLayout With(int dimension, IReadOnlyList<PositionRun> runs)
    {
        var dimensions = (IReadOnlyList<PositionRun>[])_dimensions.Clone();
        dimensions[dimension] = runs;
        return new(dimensions);
    }

    /// <summary>The same, with some dimensions whole.</summary>
    public PartLayout Gathered(params int[] dimensions) =>
        dimensions.Aggregate(this, (layout, dimension) => layout.With(dimension, WholeRuns(Size(layout[dimension]))));

    public PartLayout Without(IEnumerable<int> dimensions) => new([.. _dimensions.Where((_, at) => !dimensions.Contains(at))]);

    /// <summary>With dimensions of size 1 before the others, up to a rank.</summary>
    public PartLayout OfRank(int rank) => new([.. Enumerable.Repeat<IReadOnlyList<PositionRun>>([], rank - Rank), .. _dimensions]);

    public PartLayout Permuted(long[] order) => new(Array.ConvertAll(order, at => _dimensions[at]));

    /// <summary>The layout of the same elements in other sizes; null if a divided run would be torn.</summary>
    public PartLayout? Reshaped(TensorShape shape)
    {
        var left = new Stack<PositionRun>(Merged(Runs.Where(run => run.Size > 1)).AsEnumerable().Reverse());
        var dimensions = new IReadOnlyList<PositionRun>[shape.Rank];
        for (var at = 0; at < dimensions.Length; at++)
        {
            var taken = new List<PositionRun>();
            for (var missing = shape[at]; missing > 1;)
            {
                if (!left.TryPop(out var run))
                {
                    return null;
                }

                if (missing % run.Size == 0)
                {
                    taken.Add(run);
                    missing /= run.Size;
                }
                else if (!run.IsDivided && run.Size % missing == 0)
                {
                    taken.Add(new PositionRun(missing));
                    left.Push(new PositionRun(run.Size / missing));
                    missing = 1;
                }
                else
                {
                    return null;
                }
            }

            dimensions[at] = Merged(taken);
        }

        return left.Count == 0 ? new(dimensions) : null;
    }

    /// <summary>
    /// The layout of what two values give element by element: divided where one of them is, the first one's where both are.
    /// </summary>
    /// <param name="left">Of the first value.</param>
    /// <param name="right">Of the second value.</param>
    /// <param name="shape">What both broadcast to.</param>
    public static PartLayout Joined(PartLayout left, PartLayout right, TensorShape shape)
    {
        var (first, second) = (left.OfRank(shape.Rank), right.OfRank(shape.Rank));
        var used = first.Axes.ToHashSet();
        return new([.. Enumerable.Range(0, shape.Rank).Select(at =>
            first.IsDividedAlong(at) ? first[at]
            : second.IsDividedAlong(at) && !AxesOf(second[at]).Any(used.Contains) ? second[at]
            : WholeRuns(shape[at]))]);
    }

    /// <summary>This layout for a value that broadcasts to it: dimensions of size 1 stay so.</summary>
    public PartLayout For(TensorShape operand) => new([.. Enumerable.Range(0, operand.Rank).Select(at =>
        operand[at] == 1 ? [] : _dimensions[at + Rank - operand.Rank])]);

    /// <summary>
    /// The runs of two layouts of one shape, cut so that each of one stands beside one of the same size; null if divided runs of different
    /// sizes meet.
    /// </summary>
    public static IReadOnlyList<(PositionRun From, PositionRun To)>? Pairs(PartLayout from, PartLayout to)
    {
        var pairs = new List<(PositionRun, PositionRun)>();
        for (var at = 0; at < from.Rank; at++)
        {
            var (left, right) = (new Stack<PositionRun>(from[at].Reverse()), new Stack<PositionRun>(to[at].Reverse()));
            while (left.TryPop(out var first) && right.TryPop(out var second))
            {
                var size = Math.Min(first.Size, second.Size);
                if (Cut(first, size, left) is not { } one || Cut(second, size, right) is not { } other)
                {
                    return null;
                }

                pairs.Add((one, other));
            }
        }

        return pairs;
    }

    /// <inheritdoc/>
    public bool Equals(PartLayout? other) =>
        other is not null && Rank == other.Rank && _dimensions.Zip(other._dimensions).All(pair => pair.First.SequenceEqual(pair.Second));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PartLayout);

    /// <inheritdoc/>
    public override int GetHashCode() => Shape.GetHashCode();

    /// <summary>The front of a run, of a size; what is left of it goes back.</summary>
    private static PositionRun? Cut(PositionRun run, long size, Stack<PositionRun> rest)
    {
        if (run.Size == size)
        {
            return run;
        }

        if (run.IsDivided || run.Size % size != 0)
        {
            return null;
        }

        rest.Push(new PositionRun(run.Size / size));
        return new PositionRun(size);
    }

    private static List<PositionRun> Merged(IEnumerable<PositionRun> runs)
    {
        var merged = new List<PositionRun>();
        foreach (var run in runs)
        {
            if (merged.Count > 0 && !run.IsDivided && !merged[^1].IsDivided)
            {
                merged[^1] = new PositionRun(merged[^1].Size * run.Size);
            }
            else
            {
                merged.Add(run);
            }
        }

        return merged;
    }

    private static long Size(IReadOnlyList<PositionRun> runs) => runs.Aggregate(1L, (size, run) => size * run.Size);
}
