using Microsoft.ML.MedicalSegmentation.Volumes;

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

    /// <summary>Names of the values, in class order; empty if they have no names.</summary>
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
    public static LabelVolume Create(
        byte[] labels,
        VolumeShape shape,
        VolumeGeometry? geometry = null,
        IReadOnlyList<LabelClass>? classes = null
    ) => FromVolume(Volume.Create(labels, shape, geometry), classes);

    /// <inheritdoc cref="Create(byte[], VolumeShape, VolumeGeometry?, IReadOnlyList{LabelClass}?)"/>
    public static LabelVolume Create(
        ushort[] labels,
        VolumeShape shape,
        VolumeGeometry? geometry = null,
        IReadOnlyList<LabelClass>? classes = null
    ) => FromVolume(Volume.Create(labels, shape, geometry), classes);

    /// <summary>Reads a volume's values as labels; shares its memory where it already holds unscaled 8 or 16 bit labels.</summary>
    /// <remarks>
    /// Values within rounding of a whole number are that number; the header of the labels then notes how far they lay from it.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// There are several channels, or a value is negative, fractional, NaN or above 65,535.
    /// </exception>
    public static LabelVolume FromVolume(Volume volume, IReadOnlyList<LabelClass>? classes = null)
    {
        ArgumentNullException.ThrowIfNull(volume);
        return TryFromVolume(volume, classes, out var fault) ?? throw new ArgumentException(fault, nameof(volume));
    }

    /// <summary>Reads a volume's values as labels; null with the fault, as a sentence, where they are none.</summary>
    internal static LabelVolume? TryFromVolume(Volume volume, IReadOnlyList<LabelClass>? classes, out string? fault)
    {
        if (volume.Shape.Channels != 1)
        {
            fault =
                $"The volume has {volume.Shape.Channels} channels; a label volume has one. Take one by "
                + "Channel(i), or merge one-hot channels first.";
            return null;
        }

        var shareable = volume is Volume<byte> or Volume<ushort> && volume.Scaling.IsIdentity;
        var labels = shareable ? volume : LabelNarrowing.Narrow(volume);
        fault = labels is null ? LabelNarrowing.FindFault(volume) : null;
        return labels is null ? null : new LabelVolume(labels, classes ?? []);
    }

    /// <summary>
    /// The same labels on the grid of an image whose voxels coincide with theirs: axes may run otherwise, and slices that a DICOM SEG or a
    /// .seg.nrrd left out are empty.
    /// </summary>
    /// <param name="shape">Size of the grid; channels do not matter.</param>
    /// <param name="geometry">Its place. Voxels must coincide within a tenth of a voxel.</param>
    /// <returns>These labels themselves where they lie on the grid already.</returns>
    /// <exception cref="ArgumentException">
    /// Voxels do not coincide, labelled ones lie outside, or the labels cover a part of the grid only.
    /// </exception>
    public LabelVolume OnGrid(VolumeShape shape, VolumeGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        return LabelPlacement.TryPlace(this, shape, geometry)
            ?? throw new ArgumentException(
                $"The labels ({Shape}, {Geometry}) do not lie on the grid ({shape.WithChannels(1)}, {geometry}). Check that they "
                    + "belong together, or resample the labels.",
                nameof(geometry)
            );
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
            var labels = ((Volume<ushort>)Voxels).Voxels.Slice(offset, destination.Length);
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
}
