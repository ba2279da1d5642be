using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Integer labels on a grid: what experts draw and networks predict.</summary>
/// <remarks>
/// One channel, values 0 to 65,535 stored in 8 bits where they fit and 16 bits otherwise. The type says how it may be
/// resampled: never by blending values. Order and geometry are those of <see cref="Volume"/>.
/// </remarks>
public sealed class LabelVolume
{
    private LabelVolume(Volume voxels, IReadOnlyList<LabelClass> classes)
    {
        Voxels = voxels;
        Classes = classes;
    }

    /// <summary>The labels as a volume of one channel, UInt8 or UInt16; shares memory.</summary>
    public Volume Voxels { get; }

    /// <summary>Names of the values, in class order; empty where nobody named them.</summary>
    public IReadOnlyList<LabelClass> Classes { get; }

    /// <summary>Sizes; one channel.</summary>
    public VolumeShape Shape => Voxels.Shape;

    /// <summary>From voxel index to patient position in millimetres, RAS+.</summary>
    public VolumeGeometry Geometry => Voxels.Geometry;

    /// <summary>The label of one voxel.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index lies outside <see cref="Shape"/>.</exception>
    public int this[int z, int y, int x] => (int)Voxels.GetValue(0, z, y, x);

    /// <summary>Makes a label volume of the array itself; the caller must not change it afterwards.</summary>
    /// <param name="labels">Labels in the order [depth, height, width].</param>
    /// <param name="shape">Sizes; one channel.</param>
    /// <param name="geometry">Position in the patient.</param>
    /// <param name="classes">Names of the values, where known.</param>
    public static LabelVolume Create(byte[] labels, VolumeShape shape, VolumeGeometry? geometry = null, IReadOnlyList<LabelClass>? classes = null)
        => FromVolume(Volume.Create(labels, shape, geometry), classes);

    /// <inheritdoc cref="Create(byte[], VolumeShape, VolumeGeometry?, IReadOnlyList{LabelClass}?)"/>
    public static LabelVolume Create(ushort[] labels, VolumeShape shape, VolumeGeometry? geometry = null, IReadOnlyList<LabelClass>? classes = null)
        => FromVolume(Volume.Create(labels, shape, geometry), classes);

    /// <summary>Reads a volume's values as labels; shares its memory where it already holds unscaled 8 or 16 bit labels.</summary>
    /// <exception cref="ArgumentException">
    /// There are several channels, or a value is negative, fractional, NaN or above 65,535.
    /// </exception>
    public static LabelVolume FromVolume(Volume volume, IReadOnlyList<LabelClass>? classes = null)
    {
        if (volume.Shape.Channels != 1)
        {
            throw new ArgumentException(
                $"The volume has {volume.Shape.Channels} channels; a label volume has one. Take one by Channel(i), or merge one-hot channels first.",
                nameof(volume));
        }

        var shareable = volume is Volume<byte> or Volume<ushort> && volume.Scaling.IsIdentity;
        return new LabelVolume(shareable ? volume : Narrow(volume), classes ?? []);
    }

    /// <summary>The same labels with other class names; shares memory.</summary>
    public LabelVolume WithClasses(IReadOnlyList<LabelClass> classes) => new(Voxels, classes);

    /// <summary>The same labels at another place; shares memory.</summary>
    public LabelVolume WithGeometry(VolumeGeometry geometry) => new(Voxels.WithGeometry(geometry), Classes);

    /// <summary>Writes labels from <paramref name="start"/> on, as many as fit the destination.</summary>
    /// <param name="start">Offset of the first voxel in memory order, from 0.</param>
    /// <param name="destination">Receives consecutive labels; must not reach past the last voxel.</param>
    public void CopyLabels(long start, Span<int> destination)
    {
        var offset = checked((int)start);
        if (Voxels is Volume<byte> narrow)
        {
            var labels = narrow.Voxels.Slice(offset, destination.Length);
            for (var i = 0; i < labels.Length; i++)
            {
                destination[i] = labels[i];
            }
        }
        else
        {
            var labels = MemoryMarshal.Cast<byte, ushort>(Voxels.Bytes).Slice(offset, destination.Length);
            for (var i = 0; i < labels.Length; i++)
            {
                destination[i] = labels[i];
            }
        }
    }

    /// <summary>How many voxels carry each value: entry i counts value i.</summary>
    public long[] CountValues()
    {
        var counts = new long[VoxelTypes.SizeOf(Voxels.VoxelType) == 1 ? 256 : 65536];
        var buffer = new int[8192];
        for (long start = 0; start < Shape.Count; start += buffer.Length)
        {
            var block = buffer.AsSpan(0, (int)Math.Min(buffer.Length, Shape.Count - start));
            CopyLabels(start, block);
            foreach (var label in block)
            {
                counts[label]++;
            }
        }

        return counts;
    }

    /// <summary>Size, spacing, orientation and class names in one line.</summary>
    public override string ToString()
        => $"labels {Shape}, {Voxels.VoxelType}, {Geometry.Spacing} mm, {Geometry.OrientationCode}"
            + (Classes.Count == 0 ? "" : $", classes {string.Join(", ", Classes.Select(c => $"{c.Value} {c.Name}"))}");

    private static Volume Narrow(Volume volume)
    {
        var count = checked((int)volume.Shape.Count);
        var narrow = GC.AllocateUninitializedArray<byte>(count);
        ushort[]? wide = null;
        var buffer = new float[8192];
        for (var start = 0; start < count; start += buffer.Length)
        {
            var block = buffer.AsSpan(0, Math.Min(buffer.Length, count - start));
            volume.CopyValues(start, block);
            for (var i = 0; i < block.Length; i++)
            {
                // Single precision holds every integer up to 2^24, so nothing is lost below the limit of labels.
                var label = ToLabel(block[i], start + i, volume.Shape);
                if (label > byte.MaxValue && wide is null)
                {
                    wide = Widen(narrow, start + i);
                }

                if (wide is null)
                {
                    narrow[start + i] = (byte)label;
                }
                else
                {
                    wide[start + i] = label;
                }
            }
        }

        return wide is null
            ? Volume.Create(narrow, volume.Shape, volume.Geometry, header: volume.Header)
            : Volume.Create(wide, volume.Shape, volume.Geometry, header: volume.Header);
    }

    private static ushort[] Widen(byte[] narrow, int filled)
    {
        var wide = new ushort[narrow.Length];
        for (var i = 0; i < filled; i++)
        {
            wide[i] = narrow[i];
        }

        return wide;
    }

    private static ushort ToLabel(float value, int offset, VolumeShape shape)
    {
        if (!(value >= 0 && value <= LabelClass.MaximumValue) || value != MathF.Truncate(value))
        {
            var x = offset % shape.Width;
            var y = offset / shape.Width % shape.Height;
            var z = offset / (shape.Width * shape.Height);
            throw new ArgumentException(
                $"The value {value} at [z {z}, y {y}, x {x}] is no label. Labels are whole numbers from 0 to {LabelClass.MaximumValue}. "
                + "Is this an image or a probability map rather than a label volume?");
        }

        return (ushort)value;
    }
}
