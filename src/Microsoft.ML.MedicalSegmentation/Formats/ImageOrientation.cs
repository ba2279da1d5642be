namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How a camera was held: the eight ways in which the rows of a picture may be stored (TIFF tag 274, EXIF).</summary>
/// <param name="code">1 upright, 2 mirrored, 3 upside down, 4 mirrored upside down, 5 to 8 the same with rows and columns swapped; others count as 1.</param>
/// <param name="width">Pixels of a stored row.</param>
/// <param name="height">Stored rows.</param>
internal readonly struct ImageOrientation(int code, int width, int height)
{
    /// <summary>True where rows are stored as they are shown.</summary>
    public bool IsUpright => code is < 2 or > 8;

    /// <summary>True where stored rows are shown as columns.</summary>
    public bool SwapsAxes => code is >= 5 and <= 8;

    /// <summary>Pixels of a row as shown.</summary>
    public int Width => SwapsAxes ? height : width;

    /// <summary>Rows as shown.</summary>
    public int Height => SwapsAxes ? width : height;

    /// <summary>Copies a block of the picture as shown.</summary>
    /// <param name="stored">All channels as stored, one after the other.</param>
    /// <param name="block">The block, in pixels as shown.</param>
    /// <param name="shown">Receives the block, one channel after the other.</param>
    public void Copy(ReadOnlySpan<byte> stored, VolumeRegion block, Span<byte> shown)
    {
        var (origin, stepX, stepY) = Steps();
        var target = 0;
        for (var channel = 0; channel < stored.Length; channel += width * height)
        {
            for (var y = block.Y; y < block.Y + block.Height; y++)
            {
                var from = channel + origin + (y * stepY) + (block.X * stepX);
                for (var x = 0; x < block.Width; x++, from += stepX)
                {
                    shown[target++] = stored[from];
                }
            }
        }
    }

    /// <summary>Where the first shown pixel is stored, and how far apart its neighbours are.</summary>
    private (int Origin, int StepX, int StepY) Steps()
    {
        var (right, bottom) = (width - 1, (height - 1) * width);
        return code switch
        {
            2 => (right, -1, width),
            3 => (bottom + right, -1, -width),
            4 => (bottom, 1, -width),
            5 => (0, width, 1),
            6 => (bottom, -width, 1),
            7 => (bottom + right, -width, -1),
            8 => (right, width, -1),
            _ => (0, 1, width),
        };
    }
}
