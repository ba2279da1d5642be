using System.Numerics;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Spatial;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Turns a volume's axes to other anatomical directions by swapping and mirroring axes: exact, nothing is interpolated.</summary>
/// <remarks>
/// Every voxel keeps its value and its position in the patient; turning back to the first code restores the volume bit by bit.
/// </remarks>
public static class Reorientation
{
    /// <summary>The volume with axes along <paramref name="code"/>, such as "RAS"; the same object where it already is.</summary>
    /// <remarks>An oblique volume stays oblique: each axis takes the direction that it is closest to.</remarks>
    /// <exception cref="ArgumentException">The code is not three letters, one of each of R/L, A/P and S/I.</exception>
    public static Volume Reorient(this Volume volume, string code)
    {
        ArgumentNullException.ThrowIfNull(volume);
        return Turn(volume, AxisOrder.Between(volume.Geometry, code));
    }

    /// <summary>The labels with axes along <paramref name="code"/>; the same object where they already are.</summary>
    /// <inheritdoc cref="Reorient(Volume, string)"/>
    public static LabelVolume Reorient(this LabelVolume labels, string code)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return LabelVolume.FromVolume(labels.Voxels.Reorient(code), labels.Classes);
    }

    /// <summary>The volume with its axes in another order; the same object where that is its own.</summary>
    internal static Volume Turn(Volume volume, AxisOrder order) => order.IsIdentity ? volume : volume switch
    {
        Volume<byte> v => Turn(v, order),
        Volume<sbyte> v => Turn(v, order),
        Volume<ushort> v => Turn(v, order),
        Volume<short> v => Turn(v, order),
        Volume<uint> v => Turn(v, order),
        Volume<int> v => Turn(v, order),
        Volume<ulong> v => Turn(v, order),
        Volume<long> v => Turn(v, order),
        Volume<float> v => Turn(v, order),
        Volume<double> v => Turn(v, order),
        _ => throw new NotSupportedException($"Volumes of {volume.VoxelType} cannot be turned."),
    };

    private static Volume<T> Turn<T>(Volume<T> volume, AxisOrder order)
        where T : unmanaged, INumber<T>
    {
        var from = volume.Shape;
        var to = order.Apply(from);
        var result = LargeArray.Allocate<T>(checked((int)from.Count));
        AxisTurning.Turn(volume.Memory, from, order, result, new() { MaxDegreeOfParallelism = Environment.ProcessorCount });
        return Volume.Create(result, to, order.Apply(volume.Geometry, from), volume.Scaling, volume.Header);
    }
}
