namespace Microsoft.ML.MedicalSegmentation.Formats.Png;

/// <summary>The pixels that one pass over a PNG gives: all of them, or every few from a start in each of Adam7's seven passes.</summary>
internal readonly record struct PngPass(int StartX, int StartY, int StepX, int StepY)
{
    private static readonly PngPass[] Adam7 =
        [new(0, 0, 8, 8), new(4, 0, 8, 8), new(0, 4, 4, 8), new(2, 0, 4, 4), new(0, 2, 2, 4), new(1, 0, 2, 2), new(0, 1, 1, 2)];

    private static readonly PngPass[] Plain = [new(0, 0, 1, 1)];

    /// <summary>The passes of a file, in its order.</summary>
    public static IReadOnlyList<PngPass> Of(PngHeader header) => header.Interlaced ? Adam7 : Plain;

    /// <summary>Pixels in a row of this pass; may be 0.</summary>
    public int Columns(PngHeader header) => Count(header.Width, StartX, StepX);

    /// <summary>Rows of this pass; may be 0.</summary>
    public int Rows(PngHeader header) => Count(header.Height, StartY, StepY);

    private static int Count(int size, int start, int step) => size <= start ? 0 : ((size - start - 1) / step) + 1;
}
