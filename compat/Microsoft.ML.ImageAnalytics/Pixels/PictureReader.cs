// Stands in for SkiaSharp's decoders, as far as they are needed here.
using Microsoft.ML.MedicalSegmentation;

namespace Microsoft.ML.ImageAnalytics;

/// <summary>Turns a PNG, BMP or JPEG into pixels of blue, green, red and opacity.</summary>
internal static class PictureReader
{
    public static (int Width, int Height, byte[] Pixels) Read(byte[] file) => file switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => PngReading.Read(file),
        [(byte)'B', (byte)'M', ..] => BmpReading.Read(file),
        [0xFF, 0xD8, ..] => ReadJpeg(file),
        _ => throw new InvalidDataException("the stand-in of ML.NET reads PNG, BMP and JPEG only, and this is none of them"),
    };

    /// <summary>Takes memory for a picture whose file could hold it.</summary>
    public static byte[] Allocate(long width, long height, long possible) => width > 0 && height > 0 && width * height <= Math.Min(possible, 1 << 28)
        ? new byte[4 * width * height]
        : throw new InvalidDataException($"its sizes are {width} x {height}, which a file of its length does not hold");

    private static (int Width, int Height, byte[] Pixels) ReadJpeg(byte[] file)
    {
        var picture = JpegPicture.Open(file);
        picture.RequireData();
        var plane = picture.Width * picture.Height;
        var planes = new byte[plane * picture.Channels];
        picture.Decode(planes);
        var pixels = new byte[4 * plane];
        for (var i = 0; i < plane; i++)
        {
            var (green, blue) = picture.Channels == 1 ? (i, i) : (i + plane, i + (2 * plane));
            (pixels[4 * i], pixels[(4 * i) + 1], pixels[(4 * i) + 2], pixels[(4 * i) + 3]) = (planes[blue], planes[green], planes[i], byte.MaxValue);
        }

        return (picture.Width, picture.Height, pixels);
    }
}
