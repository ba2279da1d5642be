using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Mirrors a patch in place.</summary>
internal static class MirrorAugmentation
{
    /// <summary>Mirrors along each of <paramref name="axes"/> with probability 1/2, image and labels alike.</summary>
    public static void Apply(VolumeAxes axes, VolumeShape patch, RandomStream random, Span<float> image, Span<long> labels)
    {
        foreach (var axis in (ReadOnlySpan<VolumeAxes>)[VolumeAxes.Width, VolumeAxes.Height, VolumeAxes.Depth])
        {
            if (axes.HasFlag(axis) && random.NextBoolean(0.5))
            {
                Mirror(axis, patch, image);
                Mirror(axis, patch.WithChannels(1), labels);
            }
        }
    }

    /// <summary>Reverses the order of voxels along one axis of [C, D, H, W].</summary>
    public static void Mirror<T>(VolumeAxes axis, VolumeShape shape, Span<T> voxels)
    {
        // Blocks of `run` neighbouring voxels keep their inner order and change places within groups of `count` blocks.
        var (run, count) = axis switch
        {
            VolumeAxes.Width => (1, shape.Width),
            VolumeAxes.Height => (shape.Width, shape.Height),
            VolumeAxes.Depth => (shape.Width * shape.Height, shape.Depth),
            _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, "Mirror along one axis at a time."),
        };

        for (var group = 0; group < voxels.Length; group += run * count)
        {
            var blocks = voxels.Slice(group, run * count);
            if (run == 1)
            {
                blocks.Reverse();
                continue;
            }

            for (int low = 0, high = count - 1; low < high; low++, high--)
            {
                Swap(blocks.Slice(low * run, run), blocks.Slice(high * run, run));
            }
        }
    }

    private static void Swap<T>(Span<T> a, Span<T> b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            (a[i], b[i]) = (b[i], a[i]);
        }
    }
}
