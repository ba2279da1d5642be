using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

namespace Microsoft.ML.MedicalSegmentation.Explanation;

/// <summary>Pictures of a map over its image: the middle slices, the image in grey and the map in colours.</summary>
/// <remarks>
/// A volume gives its middle axial, coronal and sagittal slice side by side, in millimetres of equal size: the patient's right is at the
/// left of axial and coronal slices, as radiologists see it, and anterior at the left of the sagittal one; an image gives itself. Grey runs
/// from the 1st to the 99th percentile of the image, colour from the map's smallest to its largest value in the volume; the colours are
/// those of "inferno" in five steps, more opaque where the map is larger.
/// </remarks>
public static class ExplanationOverlay
{
    private const double UsualSide = 256;
    private const double LongestSide = 2048;
    private const double Opacity = 0.65;

    private static readonly (double Red, double Green, double Blue)[] Colors =
        [(0, 0, 4), (87, 16, 110), (188, 55, 84), (249, 142, 9), (252, 255, 164)];

    /// <summary>Writes a picture as PNG.</summary>
    /// <param name="path">The file, which is replaced where it exists.</param>
    /// <param name="image">The image; its first channel is shown.</param>
    /// <param name="map">A map of that image.</param>
    /// <exception cref="ArgumentException">Image and map have different grids.</exception>
    public static void WritePng(string path, Volume image, ExplanationMap map)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        VolumeFormats.Save(Draw(image, map), path);
    }

    /// <summary>The picture: three channels, red, green and blue, of bytes.</summary>
    /// <inheritdoc cref="WritePng"/>
    public static Volume<byte> Draw(Volume image, ExplanationMap map)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(map);
        if (!image.Shape.SameGrid(map.Values.Shape))
        {
            throw new ArgumentException(
                $"The image has {image.Shape} voxels, the map {map.Values.Shape}. Give the image that the map was made of.",
                nameof(map)
            );
        }

        var grey = image.Channel(0).ToSingle();
        var greyRange = Percentiles(grey.Voxels);
        var mapRange = (Low: Smallest(map.Values.Voxels), High: Largest(map.Values.Voxels));
        var panels = Panels(grey).ToList();
        var (height, width) = (panels.Max(panel => panel.Height), panels.Sum(panel => panel.Width));
        var pixels = new byte[3 * height * width];
        var left = 0;
        foreach (var panel in panels)
        {
            for (var row = 0; row < panel.Height; row++)
            {
                for (var column = 0; column < panel.Width; column++)
                {
                    var voxel = panel.Voxel(row, column);
                    var light = 255 * Share(grey.Voxels[voxel], greyRange);
                    var share = Share(map.Values.Voxels[voxel], mapRange);
                    var color = Color(share);
                    var (at, opacity) = ((row * width) + left + column, Opacity * Math.Sqrt(share));
                    pixels[at] = Mix(light, color.Red, opacity);
                    pixels[at + (height * width)] = Mix(light, color.Green, opacity);
                    pixels[at + (2 * height * width)] = Mix(light, color.Blue, opacity);
                }
            }

            left += panel.Width;
        }

        return Volume.Create(pixels, new VolumeShape(3, 1, height, width));
    }

    private static IEnumerable<Panel> Panels(Volume<float> image)
    {
        if (image.Shape.IsImage)
        {
            var (size2D, spacing2D) = (image.Shape, image.Geometry.Spacing);
            var side = PixelSize([spacing2D.X, spacing2D.Y], [size2D.Width * spacing2D.X, size2D.Height * spacing2D.Y]);
            return [Panel.Of(size2D.Height, size2D.Width, spacing2D.Y, spacing2D.X, side, (row, column) => (row * size2D.Width) + column)];
        }

        var grid = new OrientedGrid(image, "LPI");
        var (size, spacing) = (grid.Shape, grid.Spacing);
        var pixel = PixelSize(
            [spacing.X, spacing.Y, spacing.Z], [size.Width * spacing.X, size.Height * spacing.Y, size.Depth * spacing.Z]);
        return
        [
            Panel.Of(size.Height, size.Width, spacing.Y, spacing.X, pixel, (row, column) => grid.Offset(size.Depth / 2, row, column)),
            Panel.Of(size.Depth, size.Width, spacing.Z, spacing.X, pixel, (row, column) => grid.Offset(row, size.Height / 2, column)),
            Panel.Of(size.Depth, size.Height, spacing.Z, spacing.Y, pixel, (row, column) => grid.Offset(row, column, size.Width / 2)),
        ];
    }

    // The finest voxels get whole pixels, as many as make the longest side large enough, within what a picture may measure.
    private static double PixelSize(double[] spacings, double[] lengths)
    {
        var zoom = Math.Max(1, Math.Ceiling(UsualSide * spacings.Min() / lengths.Max()));
        return Math.Max(spacings.Min() / zoom, lengths.Max() / LongestSide);
    }

    private static (double Low, double High) Percentiles(ReadOnlySpan<float> values)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        return (sorted[(int)(0.01 * (sorted.Length - 1))], sorted[(int)(0.99 * (sorted.Length - 1))]);
    }

    private static double Smallest(ReadOnlySpan<float> values) => System.Numerics.Tensors.TensorPrimitives.Min(values);

    private static double Largest(ReadOnlySpan<float> values) => System.Numerics.Tensors.TensorPrimitives.Max(values);

    private static double Share(double value, (double Low, double High) range) =>
        range.High > range.Low ? Math.Clamp((value - range.Low) / (range.High - range.Low), 0, 1) : 0;

    private static (double Red, double Green, double Blue) Color(double share)
    {
        var place = share * (Colors.Length - 1);
        var step = Math.Min((int)place, Colors.Length - 2);
        var (low, high, rest) = (Colors[step], Colors[step + 1], place - step);
        return (Between(low.Red, high.Red, rest), Between(low.Green, high.Green, rest), Between(low.Blue, high.Blue, rest));
    }

    private static double Between(double low, double high, double share) => low + (share * (high - low));

    private static byte Mix(double light, double color, double opacity) => (byte)Math.Clamp(Between(light, color, opacity) + 0.5, 0, 255);

    // A slice, drawn with square pixels of a size in mm; rows and columns are those of the picture.
    private sealed record Panel(int Height, int Width, Func<int, int, int> Voxel)
    {
        public static Panel Of(int rows, int columns, double rowSpacing, double columnSpacing, double pixel, Func<int, int, int> voxel)
        {
            var (height, width) = (Pixels(rows * rowSpacing), Pixels(columns * columnSpacing));
            return new(height, width, (row, column) => voxel((int)((long)row * rows / height), (int)((long)column * columns / width)));

            int Pixels(double length) => Math.Max(1, (int)Math.Round(length / pixel));
        }
    }
}
