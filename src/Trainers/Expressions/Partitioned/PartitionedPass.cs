using Microsoft.ML.MedicalSegmentation.Expressions.Torch;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Partitioned;

/// <summary>One forward pass over parts, or the plan of one, which knows every shape and computes nothing.</summary>
/// <param name="grid">The parts.</param>
/// <param name="precision">With which numbers parts compute.</param>
/// <param name="maximumGathered">The most numbers that a part may bring together from others.</param>
/// <param name="isPlan">Whether only shapes are computed.</param>
internal sealed class PartitionedPass(PartitionGrid grid, TrainingPrecision precision, long maximumGathered, bool isPlan)
{
    private readonly long[] _numbers = new long[grid.Count];
    private readonly long[] _halos = new long[grid.Count];
    private readonly long[] _windows = new long[grid.Count];
    private readonly long[] _gathered = new long[grid.Count];

    public PartitionGrid Grid => grid;

    public TrainingPrecision Precision => precision;

    public bool IsPlan => isPlan;

    /// <summary>The numbers that all results of the pass would have on one device.</summary>
    public long Whole { get; private set; }

    /// <summary>For each part, the numbers of its share of all results.</summary>
    public IReadOnlyList<long> Numbers => _numbers;

    /// <summary>For each part, the numbers that it reads beyond its own share for windows, borders included.</summary>
    public IReadOnlyList<long> Halos => _halos;

    /// <summary>For each part, the numbers of its own share that windows read.</summary>
    public IReadOnlyList<long> Windows => _windows;

    /// <summary>For each part, the numbers that it brings together for products and reshapes over all positions.</summary>
    public IReadOnlyList<long> Gathered => _gathered;

    /// <summary>Computes a value for every part; parts of one device that hold the same elements share one. Null in a plan.</summary>
    public TorchExpression[]? Each(PartLayout layout, Func<int, TensorExpression> compute)
    {
        if (isPlan)
        {
            return null;
        }

        var parts = new TorchExpression[grid.Count];
        for (var part = 0; part < parts.Length; part++)
        {
            var first = grid.Representative(layout, part);
            parts[part] = first < part ? parts[first] : (TorchExpression)compute(part);
        }

        return parts;
    }

    public void CountResult(PartLayout layout)
    {
        Whole += Product(layout.Shape.ToArray());
        for (var part = 0; part < _numbers.Length; part++)
        {
            _numbers[part] += Product(layout.SizesOn(grid.CoordinatesOf(part)));
        }
    }

    /// <summary>Counts what a part's windows read.</summary>
    /// <param name="part">The part.</param>
    /// <param name="own">Numbers that it holds.</param>
    /// <param name="read">Numbers that they read, halo and border included.</param>
    public void CountHalo(int part, long own, long read)
    {
        _windows[part] += own;
        _halos[part] += Math.Max(0, read - own);
    }

    /// <summary>Counts what every part brings together.</summary>
    /// <exception cref="ArgumentException">It is more than allowed.</exception>
    public void CountGathered(PartLayout layout, string operation)
    {
        for (var part = 0; part < _gathered.Length; part++)
        {
            var numbers = Product(layout.SizesOn(grid.CoordinatesOf(part)));
            _gathered[part] += numbers;
            if (numbers > maximumGathered)
            {
                throw new ArgumentException(
                    $"{operation} brings {numbers:N0} numbers of a value {layout.Shape} together on each part; "
                        + $"Partition.MaximumGathered allows {maximumGathered:N0}. Raise it where memory allows, use a smaller patch, or "
                        + "a network without this operation."
                );
            }
        }
    }

    private static long Product(long[] sizes) => sizes.Aggregate(1L, (product, size) => product * size);
}
