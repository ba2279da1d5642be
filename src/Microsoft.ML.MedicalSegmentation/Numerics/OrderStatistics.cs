namespace Microsoft.ML.MedicalSegmentation.Numerics;

/// <summary>Exact percentiles of many values in two passes and constant memory.</summary>
/// <remarks>
/// The bits of a float, with the sign handled, sort as integers. A histogram of their upper halves finds the bucket of each
/// wanted rank, and a histogram of the lower halves within that bucket finds the value. Percentiles between two ranks are
/// interpolated linearly, as NumPy's default does.
/// </remarks>
internal static class OrderStatistics
{
    private const int Buckets = 1 << 16;

    /// <summary>Percentiles, 0 to 100, of at least one finite value.</summary>
    public static double[] Percentiles(ReadOnlySpan<float> values, params ReadOnlySpan<double> percentiles)
    {
        var last = values.Length - 1;
        var positions = Array.ConvertAll(percentiles.ToArray(), percentile => percentile / 100 * last);
        var ranked = Select(
            values,
            [.. positions.SelectMany(position => new[] { (int)position, Math.Min((int)position + 1, last) }).Distinct()]
        );
        return Array.ConvertAll(
            positions,
            position =>
            {
                var (below, above) = (ranked[(int)position], ranked[Math.Min((int)position + 1, last)]);
                return below + ((position - (int)position) * (above - below));
            }
        );
    }

    /// <summary>The values of the given ranks, 0 being the smallest.</summary>
    private static Dictionary<int, double> Select(ReadOnlySpan<float> values, int[] ranks)
    {
        var upper = new int[Buckets];
        foreach (var value in values)
        {
            upper[Sortable(value) >> 16]++;
        }

        // Ranks within their buckets; and for each bucket that holds one, a histogram, with none for the others.
        var places = ranks.ToDictionary(rank => rank, rank => FindRank(upper, rank));
        var lower = new int[Buckets][];
        foreach (var (bucket, _) in places.Values)
        {
            lower[bucket] ??= new int[Buckets];
        }

        foreach (var value in values)
        {
            var bits = Sortable(value);
            if (lower[bits >> 16] is { } histogram)
            {
                histogram[bits & 0xFFFF]++;
            }
        }

        return places.ToDictionary(place => place.Key, place =>
        {
            var (bucket, rank) = place.Value;
            return (double)FromSortable(((uint)bucket << 16) | (uint)FindRank(lower[bucket], rank).Bucket);
        });
    }

    // The bucket that holds a rank, and the rank within it.
    private static (int Bucket, int Rank) FindRank(int[] histogram, int rank)
    {
        var bucket = 0;
        while (rank >= histogram[bucket])
        {
            rank -= histogram[bucket++];
        }

        return (bucket, rank);
    }

    // Negative floats sort backwards by their bits, so all their bits are flipped; positive ones get the top bit.
    private static uint Sortable(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (bits & 0x8000_0000) != 0 ? ~bits : bits | 0x8000_0000;
    }

    private static float FromSortable(uint bits)
        => BitConverter.UInt32BitsToSingle((bits & 0x8000_0000) != 0 ? bits & 0x7FFF_FFFF : ~bits);
}
