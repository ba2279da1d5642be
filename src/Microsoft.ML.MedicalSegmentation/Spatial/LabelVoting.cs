using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Brings labels to another grid: each voxel takes the label with the largest linear weight among the 2 x 2 x 2 voxels around it.</summary>
/// <remarks>Nearly everywhere these eight agree, and no weights are needed.</remarks>
internal static class LabelVoting
{
    /// <summary>Labels on the grid; 0 outside the source.</summary>
    /// <param name="labels">The source.</param>
    /// <param name="shape">Size of the grid.</param>
    /// <param name="map">From index in the grid to index in the source.</param>
    /// <param name="coarse">The source's axis along which the closest slice is taken; null for none.</param>
    /// <param name="parallelism">Bounds the threads.</param>
    /// <param name="reach">How far beyond the outermost voxels' centres the source reaches, in voxels.</param>
    public static T[] Vote<T>(Volume<T> labels, VolumeShape shape, AffineTransform map, int? coarse, ParallelOptions parallelism, double reach)
        where T : unmanaged, INumber<T>
    {
        var memory = labels.Memory;
        var result = new T[checked((int)shape.Count)];
        Parallel.For(0, shape.Depth * shape.Height, parallelism, row =>
        {
            var (z, y) = Math.DivRem(row, shape.Height);
            var start = map.Apply(new(0, y, z));
            var (first, end) = ObliqueRow.Inside(start, map.A, labels.Shape, reach, shape.Width);
            VoteRow(memory.Span, labels.Shape, start, map.A, coarse, first, result.AsSpan((row * shape.Width) + first, end - first));
        });
        return result;
    }

    // Offsets need no check of bounds: a cell lies within the volume, whatever the position.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void VoteRow<T>(ReadOnlySpan<T> voxels, VolumeShape shape, Vector3D start, Vector3D step, int? coarse, int first, Span<T> output)
        where T : unmanaged, INumber<T>
    {
        ref var origin = ref MemoryMarshal.GetReference(voxels);
        var cells = new VoxelCells(shape);
        var (right, below, behind) = (cells.StepX, cells.StepY, cells.StepZ);
        for (var i = 0; i < output.Length; i++)
        {
            var position = start + (step * (first + i));
            position = coarse is { } axis ? Snap(position, shape, axis) : position;
            var (offset, tx, ty, tz) = cells.Around(position.X, position.Y, position.Z);
            ref var near = ref Unsafe.Add(ref origin, offset);
            ref var far = ref Unsafe.Add(ref near, behind);
            var (a, b, c, d) = (near, Unsafe.Add(ref near, right), Unsafe.Add(ref near, below), Unsafe.Add(ref near, below + right));
            var (e, f, g, h) = (far, Unsafe.Add(ref far, right), Unsafe.Add(ref far, below), Unsafe.Add(ref far, below + right));
            output[i] = a == b && a == c && a == d && a == e && a == f && a == g && a == h ? a : Winner([a, b, c, d, e, f, g, h], tx, ty, tz);
        }
    }

    private static Vector3D Snap(Vector3D position, VolumeShape shape, int axis) => axis switch
    {
        0 => position with { X = NearestResampler.Closest(position.X, shape.Width) },
        1 => position with { Y = NearestResampler.Closest(position.Y, shape.Height) },
        _ => position with { Z = NearestResampler.Closest(position.Z, shape.Depth) },
    };

    // The label with the largest sum of weights; the smaller label where two have the same.
    private static T Winner<T>(ReadOnlySpan<T> around, float tx, float ty, float tz)
        where T : unmanaged, IEquatable<T>, IComparable<T>
    {
        Span<float> weights = stackalloc float[8];
        for (var corner = 0; corner < weights.Length; corner++)
        {
            weights[corner] = ((corner & 1) == 0 ? 1 - tx : tx) * ((corner & 2) == 0 ? 1 - ty : ty) * ((corner & 4) == 0 ? 1 - tz : tz);
        }

        var (winner, best) = (around[0], -1f);
        for (var i = 0; i < around.Length; i++)
        {
            var sum = 0f;
            for (var j = 0; j < around.Length; j++)
            {
                sum += around[j].Equals(around[i]) ? weights[j] : 0;
            }

            if (sum > best + 1e-6f || (sum > best - 1e-6f && around[i].CompareTo(winner) < 0))
            {
                (winner, best) = (around[i], Math.Max(sum, best));
            }
        }

        return winner;
    }
}
