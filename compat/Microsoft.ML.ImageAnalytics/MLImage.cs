// Stands in for Microsoft.ML.ImageAnalytics: a picture of four bytes a pixel.
using Microsoft.ML.ImageAnalytics;

namespace Microsoft.ML.Data;

/// <summary>As in the real library, decoded colours are multiplied by their opacity, and EXIF orientation is ignored.</summary>
public sealed class MLImage : IDisposable
{
    private byte[] _pixels;
    private readonly int _width;
    private readonly int _height;
    private readonly MLPixelFormat _format;
    private string _tag;

    private MLImage(int width, int height, MLPixelFormat format, byte[] pixels) =>
        (_width, _height, _format, _pixels) = (width, height, format, pixels);

    public int Width => Alive()._width;

    public int Height => Alive()._height;

    public MLPixelFormat PixelFormat => Alive()._format;

    public int BitsPerPixel => Alive() is null ? 0 : 32;

    public ReadOnlySpan<byte> Pixels => Alive()._pixels;

    public string Tag
    {
        get => Alive()._tag;
        set => Alive()._tag = value;
    }

    public byte[] GetBGRPixels
    {
        get
        {
            var pixels = Alive()._pixels;
            var first = _format == MLPixelFormat.Bgra32 ? 0 : 2;
            var colors = new byte[pixels.Length / 4 * 3];
            for (int from = 0, to = 0; from < pixels.Length; from += 4, to += 3)
            {
                (colors[to], colors[to + 1], colors[to + 2]) = (pixels[from + first], pixels[from + 1], pixels[from + 2 - first]);
            }

            return colors;
        }
    }

    public static MLImage CreateFromStream(Stream imageStream)
    {
        ArgumentNullException.ThrowIfNull(imageStream);
        using var bytes = new MemoryStream();
        imageStream.CopyTo(bytes);
        try
        {
            var (width, height, pixels) = PictureReader.Read(bytes.ToArray());
            return new MLImage(width, height, MLPixelFormat.Bgra32, pixels);
        }
        catch (InvalidDataException fault)
        {
            throw new ArgumentException($"Invalid input stream contents: {fault.Message}.", nameof(imageStream), fault);
        }
    }

    public static MLImage CreateFromFile(string imagePath)
    {
        ArgumentNullException.ThrowIfNull(imagePath);
        using var stream = File.OpenRead(imagePath);
        return CreateFromStream(stream);
    }

    public static MLImage CreateFromPixels(
        int width, int height, MLPixelFormat pixelFormat, ReadOnlySpan<byte> imagePixelData)
    {
        if (pixelFormat is not (MLPixelFormat.Bgra32 or MLPixelFormat.Rgba32))
        {
            throw new ArgumentException("Unsupported pixel format", nameof(pixelFormat));
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        return imagePixelData.Length == 4L * width * height
            ? new MLImage(width, height, pixelFormat, imagePixelData.ToArray())
            : throw new ArgumentException($"Invalid {nameof(imagePixelData)} buffer size.");
    }

    public void Save(string imagePath)
    {
        Alive();
        if (!Path.GetExtension(imagePath).Equals(".png", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                $"The stand-in of ML.NET writes pictures as .png only, not as '{Path.GetExtension(imagePath)}'.", nameof(imagePath));
        }

        using var file = File.Create(imagePath);
        PngWriting.Write(file, this);
    }

    public void Dispose() => _pixels = null;

    private MLImage Alive() => _pixels is null ? throw new InvalidOperationException("Object is disposed.") : this;
}
