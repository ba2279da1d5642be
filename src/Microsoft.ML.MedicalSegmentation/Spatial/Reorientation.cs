using System.Numerics;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Turns a volume's axes to other anatomical directions by swapping and mirroring axes: exact, nothing is interpolated.</summary>
/// <remarks>Every voxel keeps its value and its position in the patient; turning back to the first code restores the volume bit by bit.</remarks>
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
        var result = GC.AllocateUninitializedArray<T>(checked((int)from.Count));
        var memory = volume.Memory;

        // Steps through the source, in voxels, for one step along each axis of the result.
        var (start, stepX, stepY, stepZ) = order.Steps(from);
        Parallel.For(0, to.Channels * to.Depth, plane =>
        {
            var (channel, z) = Math.DivRem(plane, to.Depth);
            var source = memory.Span.Slice((int)(channel * from.ChannelCount), (int)from.ChannelCount);
            var target = result.AsSpan((int)(channel * to.ChannelCount) + (z * to.Height * to.Width), to.Height * to.Width);
            for (var y = 0; y < to.Height; y++)
            {
                CopyRow(source, start + (z * stepZ) + (y * stepY), stepX, target.Slice(y * to.Width, to.Width));
            }
        });
        return Volume.Create(result, to, order.Apply(volume.Geometry, from), volume.Scaling, volume.Header);
    }

    private static void CopyRow<T>(ReadOnlySpan<T> source, int start, int step, Span<T> row)
    {
        if (step == 1)
        {
            source.Slice(start, row.Length).CopyTo(row);
        }
        else if (step == -1)
        {
            source.Slice(start - row.Length + 1, row.Length).CopyTo(row);
            row.Reverse();
        }
        else
        {
            for (var x = 0; x < row.Length; x++)
            {
                row[x] = source[start + (x * step)];
            }
        }
    }
}
