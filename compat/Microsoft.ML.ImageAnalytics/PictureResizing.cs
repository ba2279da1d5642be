// Stands in for internals of Microsoft.ML.ImageAnalytics: the three ways to bring a picture to a size.
using Microsoft.ML.Data;
using static Microsoft.ML.Transforms.Image.ImageResizingEstimator;

namespace Microsoft.ML.ImageAnalytics;

/// <summary>
/// Fill takes the nearest pixel, as the real library does. Padding and cropping blend the four pixels around; the real
/// library's filter is smoother, so pixels differ somewhat from its.
/// </summary>
internal sealed record PictureResizing(int Width, int Height, ResizingKind Kind, Anchor Anchor)
{
    public int Width { get; } = Width > 0 ? Width : throw new ArgumentOutOfRangeException(nameof(Width));

    public int Height { get; } = Height > 0 ? Height : throw new ArgumentOutOfRangeException(nameof(Height));

    public MLImage Apply(MLImage image)
    {
        var pixels = new byte[checked(4 * Width * Height)];
        var (scaleX, scaleY) = ((double)Width / image.Width, (double)Height / image.Height);
        if (Kind == ResizingKind.Fill)
        {
            Fill(image, scaleX, scaleY, pixels);
        }
        else
        {
            var scale = Kind == ResizingKind.IsoPad ? Math.Min(scaleX, scaleY) : Math.Max(scaleX, scaleY);
            Blend(image, scale, pixels);
        }

        return MLImage.CreateFromPixels(Width, Height, image.PixelFormat, pixels);
    }

    private void Fill(MLImage image, double scaleX, double scaleY, byte[] pixels)
    {
        for (var i = 0; i < Width * Height; i++)
        {
            var x = Math.Min((int)(((i % Width) + 0.5) / scaleX), image.Width - 1);
            var y = Math.Min((int)(((i / Width) + 0.5) / scaleY), image.Height - 1);
            image.Pixels.Slice(4 * ((y * image.Width) + x), 4).CopyTo(pixels.AsSpan(4 * i));
        }
    }

    private void Blend(MLImage image, double scale, byte[] pixels)
    {
        var (startX, startY) = (Start(Width, image.Width * scale, Anchor.Left, Anchor.Right), Start(Height, image.Height * scale, Anchor.Top, Anchor.Bottom));
        for (var i = 0; i < Width * Height; i++)
        {
            var x = ((i % Width) - startX + 0.5) / scale;
            var y = ((i / Width) - startY + 0.5) / scale;
            var target = pixels.AsSpan(4 * i, 4);
            if (x < 0 || y < 0 || x >= image.Width || y >= image.Height)
            {
                target[3] = byte.MaxValue;
                continue;
            }

            for (var part = 0; part < 4; part++)
            {
                target[part] = At(image, x - 0.5, y - 0.5, part);
            }
        }
    }

    private int Start(int size, double scaled, Anchor first, Anchor last) =>
        Kind == ResizingKind.IsoCrop && Anchor == first ? 0
        : Kind == ResizingKind.IsoCrop && Anchor == last ? (int)(size - scaled)
        : (int)((size - scaled) / 2);

    private static byte At(MLImage image, double x, double y, int part)
    {
        var (left, top) = ((int)Math.Floor(x), (int)Math.Floor(y));
        double Pixel(int column, int row) => image.Pixels[
            (4 * ((Math.Clamp(row, 0, image.Height - 1) * image.Width) + Math.Clamp(column, 0, image.Width - 1))) + part];
        var (right, below) = (x - left, y - top);
        var upper = ((1 - right) * Pixel(left, top)) + (right * Pixel(left + 1, top));
        var lower = ((1 - right) * Pixel(left, top + 1)) + (right * Pixel(left + 1, top + 1));
        return (byte)Math.Round(((1 - below) * upper) + (below * lower));
    }
}
