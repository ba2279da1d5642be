using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>
/// Brings labels to another grid: each voxel takes the label with the largest linear weight among the 2 x 2 x 2 voxels around it.
/// </summary>
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
    public static T[] Vote<T>(
        Volume<T> labels,
        VolumeShape shape,
        AffineTransform map,
        int? coarse,
        ParallelOptions parallelism,
        double reach
    )
        where T : unmanaged, INumber<T>
    {
        var memory = labels.Memory;
        var cells = new VoxelCells(labels.Shape);
        var result = new T[checked((int)shape.Count)];
        ObliqueRuns.ForEach(shape, labels.Shape, map, reach, parallelism, (_, run, start, inside) =>
            VoteRun(memory.Span, cells, start, map.A, coarse, inside.First, result.AsSpan(run)[inside.First..inside.End]));
        return result;
    }

    // Offsets need no check of bounds: a cell lies within the volume, whatever the position.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void VoteRun<T>(
        ReadOnlySpan<T> voxels,
        VoxelCells cells,
        Vector3D start,
        Vector3D step,
        int? coarse,
        int first,
        Span<T> run
    )
        where T : unmanaged, INumber<T>
    {
        Span<int> offsets = stackalloc int[VoxelCells.RunLength];
        Span<float> x = stackalloc float[VoxelCells.RunLength],
            y = stackalloc float[VoxelCells.RunLength],
            z = stackalloc float[VoxelCells.RunLength];
        cells.Find(start, step, first, offsets, x, y, z);
        ref var origin = ref MemoryMarshal.GetReference(voxels);
        var (right, below, behind) = (cells.StepX, cells.StepY, cells.StepZ);
        for (var i = 0; i < run.Length; i++)
        {
            ref var near = ref Unsafe.Add(ref origin, offsets[i]);
            ref var far = ref Unsafe.Add(ref near, behind);
            var (a, b, c, d) = (near, Unsafe.Add(ref near, right), Unsafe.Add(ref near, below), Unsafe.Add(ref near, below + right));
            var (e, f, g, h) = (far, Unsafe.Add(ref far, right), Unsafe.Add(ref far, below), Unsafe.Add(ref far, below + right));
            var agree = a == b && a == c && a == d && a == e && a == f && a == g && a == h;
            run[i] = agree ? a : Winner([a, b, c, d, e, f, g, h], Along(0, x[i]), Along(1, y[i]), Along(2, z[i]));
        }

        // Halves go up, as closest voxels do.
        float Along(int axis, float weight) => axis != coarse ? weight : weight < 0.5f ? 0 : 1;
    }

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
