using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>The pixels of a picture, four bytes each, in the order in which ML.NET has them.</summary>
internal readonly ref struct PixelBytes
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _red;
    private readonly int _green;
    private readonly int _blue;
    private readonly int _opacity;

    private PixelBytes(ReadOnlySpan<byte> bytes, int red, int green, int blue, int opacity)
    {
        _bytes = bytes;
        (_red, _green, _blue, _opacity) = (red, green, blue, opacity);
    }

    /// <summary>How many pixels there are.</summary>
    public int Count => _bytes.Length / 4;

    /// <summary>The pixels that a picture holds.</summary>
    public static PixelBytes Of(MLImage image)
        => image.PixelFormat == MLPixelFormat.Bgra32 ? new(image.Pixels, 2, 1, 0, 3) : new(image.Pixels, 0, 1, 2, 3);

    /// <summary>The pixels that ML.NET's ExtractPixels gives for all four colours, interleaved in its default order.</summary>
    public static PixelBytes OfExtracted(ReadOnlySpan<byte> bytes) => new(bytes, 1, 2, 3, 0);

    /// <summary>Writes channel after channel.</summary>
    public void CopyTo(Span<byte> voxels, ImageChannels channels)
    {
        var plane = Count;
        for (var i = 0; i < plane; i++)
        {
            var pixel = _bytes.Slice(4 * i, 4);
            var (red, green, blue) = (pixel[_red], pixel[_green], pixel[_blue]);
            if (channels == ImageChannels.Grey)
            {
                voxels[i] = Luma(red, green, blue);
                continue;
            }

            (voxels[i], voxels[i + plane], voxels[i + (2 * plane)]) = (red, green, blue);
            if (channels == ImageChannels.Rgba)
            {
                voxels[i + (3 * plane)] = pixel[_opacity];
            }
        }
    }

    private static byte Luma(int red, int green, int blue) => (byte)(((299 * red) + (587 * green) + (114 * blue) + 500) / 1000);
}
