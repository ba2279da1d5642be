namespace Microsoft.ML.MedicalSegmentation.Numerics;

/// <summary>Percentiles and counts of values in ascending order.</summary>
internal static class SortedValues
{
    /// <summary>A percentile of two sorted lists together, interpolated linearly at (n - 1) q, as NumPy's default.</summary>
    /// <param name="first">Ascending.</param>
    /// <param name="second">Ascending; may be empty.</param>
    /// <param name="percent">From 0 to 100.</param>
    public static double Percentile(ReadOnlySpan<double> first, ReadOnlySpan<double> second, double percent)
    {
        var last = first.Length + second.Length - 1;
        var at = last * percent / 100;
        var below = (int)at;
        var low = OfRank(first, second, below);
        return at == below ? low : low + ((at - below) * (OfRank(first, second, Math.Min(below + 1, last)) - low));
    }

    /// <summary>How many values are at most <paramref name="limit"/>.</summary>
    public static int CountUpTo(ReadOnlySpan<double> sorted, double limit)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = sorted[middle] <= limit ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    // The value of a rank, 0 being the smallest: how many of the first list lie below it is found by halving.
    private static double OfRank(ReadOnlySpan<double> first, ReadOnlySpan<double> second, int rank)
    {
        var (low, high) = (Math.Max(0, rank - second.Length), Math.Min(rank, first.Length));
        while (low < high)
        {
            var taken = low + ((high - low) / 2);
            (low, high) = first[taken] < second[rank - taken - 1] ? (taken + 1, high) : (low, taken);
        }

        var (one, other) = (
            low < first.Length ? first[low] : double.PositiveInfinity,
            rank - low < second.Length ? second[rank - low] : double.PositiveInfinity
        );
        return Math.Min(one, other);
    }
}
