using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>Linear values of a volume along oblique rows, straight from the stored voxels.</summary>
/// <remarks>
/// The weights are those of <see cref="VoxelCells"/>. A voxel that is NaN or infinite spoils every value whose 2 x 2 x 2 voxels it is one
/// of, also where its weight is zero.
/// </remarks>
internal static class ObliqueLinear
{
    /// <summary>Values on the grid; see <see cref="ObliqueResampler"/>.</summary>
    public static float[] Resample<T>(
        Volume<T> source,
        VolumeShape shape,
        AffineTransform map,
        ParallelOptions parallelism,
        double reach,
        float[] outside
    )
        where T : unmanaged, INumber<T>
    {
        var memory = source.Memory;
        var count = (int)source.Shape.ChannelCount;
        var (slope, intercept) = ((float)source.Scaling.Slope, (float)source.Scaling.Intercept);
        var cells = new VoxelCells(source.Shape);
        var result = LargeArray.Allocate<float>(checked((int)shape.Count));
        ObliqueRuns.ForEach(shape, source.Shape, map, reach, parallelism, (channel, run, start, inside) =>
        {
            var output = result.AsSpan(run);
            output[..inside.First].Fill(outside[channel]);
            output[inside.End..].Fill(outside[channel]);
            output = output[inside.First..inside.End];
            Sample(memory.Span.Slice(channel * count, count), cells, start, map.A, inside.First, output);
            if (slope != 1 || intercept != 0)
            {
                Scale(output, slope, intercept);
            }
        });
        return result;
    }

    // Offsets need no check of bounds: a cell lies within the volume, whatever the position.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sample<T>(ReadOnlySpan<T> voxels, VoxelCells cells, Vector3D start, Vector3D step, int first, Span<float> output)
        where T : unmanaged, INumber<T>
    {
        Span<int> offsets = stackalloc int[VoxelCells.RunLength];
        Span<float> x = stackalloc float[VoxelCells.RunLength],
            y = stackalloc float[VoxelCells.RunLength],
            z = stackalloc float[VoxelCells.RunLength];
        cells.Find(start, step, first, offsets, x, y, z);
        ref var near = ref MemoryMarshal.GetReference(voxels);
        ref var far = ref Unsafe.Add(ref near, cells.StepZ);
        var (right, below) = (cells.StepX, cells.StepY);
        for (var i = 0; i < output.Length; i += Vector256<float>.Count)
        {
            var (tx, ty, tz) = (Vector256.Create<float>(x[i..]), Vector256.Create<float>(y[i..]), Vector256.Create<float>(z[i..]));
            var eight = offsets.Slice(i, Vector256<int>.Count);
            var front = Blend(Row(ref near, right, eight, tx), Row(ref Unsafe.Add(ref near, below), right, eight, tx), ty);
            var back = Blend(Row(ref far, right, eight, tx), Row(ref Unsafe.Add(ref far, below), right, eight, tx), ty);
            var values = Blend(front, back, tz);
            if (i + Vector256<float>.Count <= output.Length)
            {
                values.CopyTo(output[i..]);
            }
            else
            {
                values.CopyTo(x);
                x[..(output.Length - i)].CopyTo(output[i..]);
            }
        }
    }

    // Eight blends of a voxel and its right neighbour.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Row<T>(ref T origin, int right, ReadOnlySpan<int> offsets, Vector256<float> weights)
        where T : unmanaged, INumber<T>
    {
        CellGathering.Pairs(ref origin, right, offsets, out var lower, out var upper);
        return Blend(lower, upper, weights);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Blend(Vector256<float> a, Vector256<float> b, Vector256<float> weights) => a + ((b - a) * weights);

    private static void Scale(Span<float> values, float slope, float intercept)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (values[i] * slope) + intercept;
        }
    }
}
