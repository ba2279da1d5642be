namespace Microsoft.ML.MedicalSegmentation.Formats.Png;

/// <summary>The five ways in which a PNG's row may be stored as differences to its neighbours.</summary>
/// <remarks>
/// https://www.w3.org/TR/png-3/#9Filters: 0 none, 1 left, 2 above, 3 their mean, 4 the nearest of left, above and diagonal (Paeth).
/// </remarks>
internal static class PngFilter
{
    /// <summary>How many filters there are.</summary>
    public const int Count = 5;

    /// <summary>Turns differences into bytes, in place.</summary>
    /// <param name="filter">The row's filter.</param>
    /// <param name="row">Differences; bytes afterwards.</param>
    /// <param name="above">The row before, or zeros; as long.</param>
    /// <param name="step">Bytes from a pixel to the next, at least 1.</param>
    /// <exception cref="InvalidDataException">There is no such filter.</exception>
    public static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        if (filter >= Count)
        {
            throw new InvalidDataException($"a row has the filter {filter}; filters are 0 to {Count - 1}");
        }

        for (var i = 0; filter != 0 && i < row.Length; i++)
        {
            var (left, diagonal) = i >= step ? (row[i - step], above[i - step]) : (0, 0);
            row[i] += Predict(filter, left, above[i], diagonal);
        }
    }

    /// <summary>Turns bytes into differences.</summary>
    public static void Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int step, Span<byte> differences)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var (left, diagonal) = i >= step ? (row[i - step], above[i - step]) : (0, 0);
            differences[i] = (byte)(row[i] - Predict(filter, left, above[i], diagonal));
        }
    }

    private static byte Predict(int filter, int left, int above, int diagonal) => filter switch
    {
        1 => (byte)left,
        2 => (byte)above,
        3 => (byte)((left + above) / 2),
        4 => Nearest(left, above, diagonal),
        _ => 0,
    };

    private static byte Nearest(int left, int above, int diagonal)
    {
        var toLeft = Math.Abs(above - diagonal);
        var toAbove = Math.Abs(left - diagonal);
        var toDiagonal = Math.Abs(left + above - (2 * diagonal));
        return (byte)(toLeft <= toAbove && toLeft <= toDiagonal ? left : toAbove <= toDiagonal ? above : diagonal);
    }
}
