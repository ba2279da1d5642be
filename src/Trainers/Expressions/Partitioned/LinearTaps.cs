namespace Microsoft.ML.MedicalSegmentation.Expressions.Partitioned;

/// <summary>
/// Which elements each element of a resized axis reads, and how much of the second one; in single precision, as libtorch computes it.
/// </summary>
/// <param name="First">The first element read.</param>
/// <param name="Second">The second element read; the first one where there is one only.</param>
/// <param name="Share">The weight of the second one, 0 to 1; empty where there is one only.</param>
internal sealed record LinearTaps(long[] First, long[] Second, float[] Share)
{
    /// <summary>The element nearest to an element of the result, which decides the part that computes it.</summary>
    public long Owner(int at) => Share.Length > 0 && Share[at] >= 0.5f ? Second[at] : First[at];

    /// <summary>The nearest element, rounded down.</summary>
    public static LinearTaps Nearest(long from, long to)
    {
        var scale = (float)from / to;
        long[] first = [.. Enumerable.Range(0, (int)to).Select(at => Math.Min((long)MathF.Floor(at * scale), from - 1))];
        return new(first, first, []);
    }

    /// <summary>The two elements between which an element lies.</summary>
    public static LinearTaps Linear(long from, long to, bool alignCorners)
    {
        var scale = alignCorners ? (to > 1 ? (from - 1f) / (to - 1) : 0) : (float)from / to;
        var (first, second, share) = (new long[to], new long[to], new float[to]);
        for (var at = 0; at < to; at++)
        {
            var place = alignCorners ? scale * at : Math.Max(0, (scale * (at + 0.5f)) - 0.5f);
            first[at] = Math.Min((long)place, from - 1);
            second[at] = Math.Min(first[at] + 1, from - 1);
            share[at] = Math.Clamp(place - first[at], 0, 1);
        }

        return new(first, second, share);
    }
}
