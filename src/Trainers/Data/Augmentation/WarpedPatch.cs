using System.Buffers;
using Microsoft.ML.MedicalSegmentation.Data.Cases;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>
/// Reads a turned, scaled or bent patch straight from its volume, so that no corner of the patch is empty if the volume goes on.
/// </summary>
/// <remarks>
/// Images are interpolated trilinearly. A label is the class whose one-hot mask, interpolated likewise, is largest there, so that surfaces
/// stay smooth; the first class of the eight corners where two are equal.
/// </remarks>
internal static class WarpedPatch
{
    /// <summary>Fills a patch.</summary>
    /// <param name="source">Where the voxels come from.</param>
    /// <param name="classes">From label values to class indices.</param>
    /// <param name="patch">Place and size of the patch before it is moved.</param>
    /// <param name="warp">Where its voxels are read.</param>
    /// <param name="image">[C, D, H, W].</param>
    /// <param name="labels">[D, H, W]; empty where only the image is wanted.</param>
    public static void Read(TrainingCase source, ClassMap classes, PaddedBox patch, PatchWarp warp, Span<float> image, Span<long> labels)
    {
        var box = Around(patch, warp);
        var channels = source.Image.Shape.Channels;
        var voxels = ArrayPool<float>.Shared.Rent(box.Count * channels);
        var indices = ArrayPool<int>.Shared.Rent(box.Count);
        try
        {
            box.CopyImage(source.Image, voxels);
            if (!labels.IsEmpty)
            {
                box.CopyLabels<int>(source.Labels, classes, indices);
            }

            // The patch's first voxel, as a place in the box.
            var first = Centre(patch) - new Vector3D(box.X, box.Y, box.Z)
                - warp.Linear.Apply(new((patch.Width - 1) / 2.0, (patch.Height - 1) / 2.0, (patch.Depth - 1) / 2.0));
            Resample(voxels.AsSpan(0, box.Count * channels), indices.AsSpan(0, box.Count), box, patch, first, warp, image, labels);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(voxels);
            ArrayPool<int>.Shared.Return(indices);
        }
    }

    private static void Resample(
        ReadOnlySpan<float> voxels,
        ReadOnlySpan<int> indices,
        PaddedBox box,
        PaddedBox patch,
        Vector3D first,
        PatchWarp warp,
        Span<float> image,
        Span<long> labels
    )
    {
        var places = new WarpedRow(patch.Width);
        for (int z = 0, row = 0; z < patch.Depth; z++)
        {
            for (var y = 0; y < patch.Height; y++, row += patch.Width)
            {
                places.Place(first + (warp.Linear.B * y) + (warp.Linear.C * z), warp.Linear.A, warp.Displacement, row);
                places.Corners(box);
                for (int from = 0, to = row; from < voxels.Length; from += box.Count, to += patch.Count)
                {
                    places.Interpolate(voxels.Slice(from, box.Count), image.Slice(to, patch.Width));
                }

                if (!labels.IsEmpty)
                {
                    places.Classify(indices, labels.Slice(row, patch.Width));
                }
            }
        }
    }

    /// <summary>The smallest box that holds every voxel which the moved patch touches.</summary>
    private static PaddedBox Around(PaddedBox patch, PatchWarp warp)
    {
        var (map, centre) = (warp.Linear, Centre(patch));
        var (halfX, halfY, halfZ) = ((patch.Width - 1) / 2.0, (patch.Height - 1) / 2.0, (patch.Depth - 1) / 2.0);
        double Reach(Func<Vector3D, double> part) =>
            (Math.Abs(part(map.A)) * halfX) + (Math.Abs(part(map.B)) * halfY) + (Math.Abs(part(map.C)) * halfZ) + warp.LargestDisplacement;

        // One more voxel on each side takes up rounding; interpolation never leaves the box.
        static (int First, int Count) Span(double centre, double reach)
        {
            var first = (int)Math.Floor(centre - reach) - 1;
            return (first, (int)Math.Ceiling(centre + reach) + 2 - first);
        }

        var (x, width) = Span(centre.X, Reach(column => column.X));
        var (y, height) = Span(centre.Y, Reach(column => column.Y));
        var (z, depth) = Span(centre.Z, Reach(column => column.Z));
        return new PaddedBox(z, y, x, depth, height, width);
    }

    private static Vector3D Centre(PaddedBox box)
        => new(box.X + ((box.Width - 1) / 2.0), box.Y + ((box.Height - 1) / 2.0), box.Z + ((box.Depth - 1) / 2.0));
}
