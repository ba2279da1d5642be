namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Exact percentiles of many values in a few passes and constant memory.</summary>
/// <remarks>
/// The bits of a float, with the sign handled, sort as integers. A histogram of their upper halves finds the bucket of a
/// wanted rank, and a histogram of the lower halves within that bucket finds the value. Percentiles between two ranks are
/// interpolated linearly, as NumPy's default does.
/// </remarks>
internal static class OrderStatistics
{
    /// <summary>Percentiles, 0 to 100, of at least one finite value.</summary>
    public static double[] Percentiles(ReadOnlySpan<float> values, params ReadOnlySpan<double> percentiles)
    {
        var upper = new int[1 << 16];
        foreach (var value in values)
        {
            upper[Sortable(value) >> 16]++;
        }

        var results = new double[percentiles.Length];
        for (var i = 0; i < results.Length; i++)
        {
            var position = percentiles[i] / 100 * (values.Length - 1);
            var rank = (int)position;
            var below = Select(values, upper, rank);
            var fraction = position - rank;
            results[i] = fraction == 0 ? below : below + (fraction * (Select(values, upper, rank + 1) - below));
        }

        return results;
    }

    private static double Select(ReadOnlySpan<float> values, int[] upper, int rank)
    {
        var bucket = FindRank(upper, ref rank);
        var lower = new int[1 << 16];
        foreach (var value in values)
        {
            var bits = Sortable(value);
            if (bits >> 16 == bucket)
            {
                lower[bits & 0xFFFF]++;
            }
        }

        return FromSortable((bucket << 16) | FindRank(lower, ref rank));
    }

    // The bucket that holds a rank; the rank becomes that within the bucket.
    private static uint FindRank(int[] histogram, ref int rank)
    {
        var bucket = 0;
        while (rank >= histogram[bucket])
        {
            rank -= histogram[bucket++];
        }

        return (uint)bucket;
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
