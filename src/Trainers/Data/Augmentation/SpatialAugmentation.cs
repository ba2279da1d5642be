using System.Buffers;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Reads a rotated and scaled patch straight from its volume, so that no corner of the patch is empty where the volume goes on.</summary>
/// <remarks>Images are interpolated trilinearly, labels by nearest neighbour. Rotation is about the patch's centre, in voxels.</remarks>
internal static class SpatialAugmentation
{
    /// <summary>A random rotation and scaling within the options.</summary>
    /// <returns>Linear map from offsets in the patch to offsets in the volume, without translation.</returns>
    public static AffineTransform Draw(AugmentationOptions options, bool isImage, RandomStream random)
    {
        var limit = options.Rotation * Math.PI / 180;
        double Angle() => random.NextDouble(-limit, limit);
        var rotation = isImage ? RotateAboutDepth(Angle()) : Compose(RotateAboutWidth(Angle()), RotateAboutHeight(Angle()), RotateAboutDepth(Angle()));
        var factor = Math.Exp(random.NextDouble(-1, 1) * Math.Log(1 + options.Scaling));
        return isImage
            ? new(rotation.A * factor, rotation.B * factor, rotation.C, default)
            : new(rotation.A * factor, rotation.B * factor, rotation.C * factor, default);
    }

    /// <summary>Fills a patch.</summary>
    /// <param name="source">Where the voxels come from.</param>
    /// <param name="classes">From label values to class indices.</param>
    /// <param name="patch">Place and size of the patch before it is turned.</param>
    /// <param name="map">What <see cref="Draw"/> gave.</param>
    /// <param name="image">[C, D, H, W].</param>
    /// <param name="labels">[D, H, W].</param>
    public static void Read(TrainingCase source, ClassMap classes, PaddedBox patch, AffineTransform map, Span<float> image, Span<long> labels)
    {
        var box = Around(patch, map);
        var channels = source.Image.Shape.Channels;
        var voxels = ArrayPool<float>.Shared.Rent(box.Count * channels);
        var indices = ArrayPool<long>.Shared.Rent(box.Count);
        try
        {
            box.CopyImage(source.Image, voxels);
            box.CopyLabels(source.Labels, classes, indices);

            // The patch's first voxel, as a place in the box.
            var first = Centre(patch) - new Vector3D(box.X, box.Y, box.Z)
                - map.Apply(new((patch.Width - 1) / 2.0, (patch.Height - 1) / 2.0, (patch.Depth - 1) / 2.0));
            Resample(voxels.AsSpan(0, box.Count * channels), indices, box, patch, first, map, image, labels);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(voxels);
            ArrayPool<long>.Shared.Return(indices);
        }
    }

    private static void Resample(
        ReadOnlySpan<float> voxels, ReadOnlySpan<long> indices, PaddedBox box, PaddedBox patch, Vector3D first, AffineTransform map,
        Span<float> image, Span<long> labels)
    {
        var target = 0;
        for (var z = 0; z < patch.Depth; z++)
        {
            for (var y = 0; y < patch.Height; y++)
            {
                var row = first + (map.B * y) + (map.C * z);
                for (var x = 0; x < patch.Width; x++, target++)
                {
                    var place = row + (map.A * x);
                    var weights = new TrilinearPlace(place, box);
                    labels[target] = indices[weights.Nearest];
                    for (int from = 0, to = target; from < voxels.Length; from += box.Count, to += patch.Count)
                    {
                        image[to] = weights.Interpolate(voxels.Slice(from, box.Count));
                    }
                }
            }
        }
    }

    /// <summary>The smallest box that holds every voxel which the turned patch touches.</summary>
    private static PaddedBox Around(PaddedBox patch, AffineTransform map)
    {
        var centre = Centre(patch);
        Vector3D Reach(double x, double y, double z) => new(
            Math.Abs(map.A.X) * x + Math.Abs(map.B.X) * y + Math.Abs(map.C.X) * z,
            Math.Abs(map.A.Y) * x + Math.Abs(map.B.Y) * y + Math.Abs(map.C.Y) * z,
            Math.Abs(map.A.Z) * x + Math.Abs(map.B.Z) * y + Math.Abs(map.C.Z) * z);
        var reach = Reach((patch.Width - 1) / 2.0, (patch.Height - 1) / 2.0, (patch.Depth - 1) / 2.0);

        // One more voxel on each side takes up rounding; interpolation never leaves the box.
        static (int First, int Count) Span(double centre, double reach)
        {
            var first = (int)Math.Floor(centre - reach) - 1;
            return (first, (int)Math.Ceiling(centre + reach) + 2 - first);
        }

        var (x, width) = Span(centre.X, reach.X);
        var (y, height) = Span(centre.Y, reach.Y);
        var (z, depth) = Span(centre.Z, reach.Z);
        return new PaddedBox(z, y, x, depth, height, width);
    }

    private static Vector3D Centre(PaddedBox box)
        => new(box.X + ((box.Width - 1) / 2.0), box.Y + ((box.Height - 1) / 2.0), box.Z + ((box.Depth - 1) / 2.0));

    private static AffineTransform RotateAboutWidth(double angle)
        => new(new(1, 0, 0), new(0, Math.Cos(angle), Math.Sin(angle)), new(0, -Math.Sin(angle), Math.Cos(angle)), default);

    private static AffineTransform RotateAboutHeight(double angle)
        => new(new(Math.Cos(angle), 0, -Math.Sin(angle)), new(0, 1, 0), new(Math.Sin(angle), 0, Math.Cos(angle)), default);

    private static AffineTransform RotateAboutDepth(double angle)
        => new(new(Math.Cos(angle), Math.Sin(angle), 0), new(-Math.Sin(angle), Math.Cos(angle), 0), new(0, 0, 1), default);

    private static AffineTransform Compose(AffineTransform first, AffineTransform second, AffineTransform third)
    {
        Vector3D Column(Vector3D column) => third.Apply(second.Apply(column));
        return new(Column(first.A), Column(first.B), Column(first.C), default);
    }
}
