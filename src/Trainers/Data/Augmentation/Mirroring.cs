using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Mirrors a patch along each of some axes with probability 1/2, image and labels alike.</summary>
/// <remarks>
/// Leave out axes along which sides are different classes, such as left and right. nnU-Net mirrors along all axes; here nothing is mirrored
/// unless axes are given.
/// </remarks>
public sealed record Mirroring : PatchAugmentation
{
    /// <summary>The axes.</summary>
    /// <value>Default: none.</value>
    public VolumeAxes Axes { get; init; }

    /// <inheritdoc/>
    protected internal override void Apply(TrainingPatch patch, PatchRandom random)
    {
        for (var axis = 0; axis < 3; axis++)
        {
            if (Axes.HasFlag((VolumeAxes)(1 << axis)) && random.NextBoolean(0.5))
            {
                var lines = patch.Shape.Along(axis);
                for (var channel = 0; channel < patch.ChannelsWithMasks; channel++)
                {
                    Mirror(lines, patch.Channel(channel));
                }

                Mirror(lines, patch.Labels);
            }
        }
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults() => (Axes & ~VolumeAxes.All) == 0
        ? []
        : [$"Augmentation {nameof(Mirroring)}.{nameof(Axes)} is {(int)Axes}; combine Width, Height and Depth."];

    internal static void Mirror<T>(VoxelAxis axis, Span<T> voxels)
    {
        for (var group = 0; group < voxels.Length; group += axis.Group)
        {
            var runs = voxels.Slice(group, axis.Group);
            if (axis.Run == 1)
            {
                runs.Reverse();
                continue;
            }

            for (int low = 0, high = axis.Count - 1; low < high; low++, high--)
            {
                Exchange(runs.Slice(low * axis.Run, axis.Run), runs.Slice(high * axis.Run, axis.Run));
            }
        }
    }

    private static void Exchange<T>(Span<T> a, Span<T> b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            (a[i], b[i]) = (b[i], a[i]);
        }
    }
}
