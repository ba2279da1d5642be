namespace Microsoft.ML.MedicalSegmentation.Export.Optimization;

/// <summary>Input slices, and the matrix that gives some tiles of output slices the sums of them that they need.</summary>
/// <remarks>
/// A matrix from all slices to all tiles would be mostly zeros where there are many, and its result large. So windows are cut out, each
/// for some tiles; they overlap by what a kernel reaches beyond its tile.
/// </remarks>
/// <param name="Name">The same for equal matrices.</param>
/// <param name="First">The first slice.</param>
/// <param name="Length">Slices.</param>
/// <param name="Tiles">Tiles that the window serves.</param>
/// <param name="Matrix">[tiles and sums, slices].</param>
internal sealed record SliceWindow(string Name, long First, long Length, long Tiles, float[,] Matrix)
{
    private const long MostSlices = 32;
    private const long MostElements = 8 << 20;

    /// <summary>The windows that serve all tiles.</summary>
    /// <param name="slices">Input slices.</param>
    /// <param name="tiles">How many times <paramref name="parts"/> is applied.</param>
    /// <param name="step">From a tile's first slice to the next one's.</param>
    /// <param name="padding">Slices of zeros before the first.</param>
    /// <param name="parts">[sums, slices] of one tile.</param>
    /// <param name="kind">Tells parts of equal sizes apart.</param>
    /// <param name="elements">
    /// Elements of a slice: windows are made so short that their sums are no more than 32 MB, if one tile's are not.
    /// </param>
    public static IReadOnlyList<SliceWindow> Cut(
        long slices, long tiles, long step, long padding, double[,] parts, string kind, long elements)
    {
        var most = Math.Clamp(Math.Min(MostSlices / step, MostElements / (elements * parts.GetLength(0))), 1, tiles);
        var count = (tiles + most - 1) / most;
        var windows = new List<SliceWindow>();
        for (long at = 0; at < count; at++)
        {
            var (from, to) = (at * tiles / count, (at + 1) * tiles / count);
            var start = (from * step) - padding;
            var first = Math.Max(start, 0);
            var end = Math.Min(((to - 1) * step) - padding + parts.GetLength(1), slices);
            windows.Add(new(
                $"slices:{kind}{parts.GetLength(0)}x{to - from},{step},{first - start}+{end - first}",
                first,
                end - first,
                to - from,
                Fill(to - from, step, first - start, end - first, parts)));
        }

        return windows;
    }

    private static float[,] Fill(long tiles, long step, long missing, long length, double[,] parts)
    {
        var (sums, reach) = (parts.GetLength(0), parts.GetLength(1));
        var matrix = new float[tiles * sums, length];
        for (long row = 0; row < tiles * sums; row++)
        {
            for (long at = 0; at < reach; at++)
            {
                var slice = (row / sums * step) + at - missing;
                if (slice >= 0 && slice < length)
                {
                    matrix[row, slice] = (float)parts[row % sums, at];
                }
            }
        }

        return matrix;
    }
}
