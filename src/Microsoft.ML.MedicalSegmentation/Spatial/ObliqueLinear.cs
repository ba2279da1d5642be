using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Linear values of a volume along oblique rows, straight from the stored voxels.</summary>
/// <remarks>
/// The weights are those of <see cref="VoxelCells"/>. A voxel that is NaN or infinite spoils every value whose 2 x 2 x 2 voxels it is one
/// of, also where its weight is zero.
/// </remarks>
internal static class ObliqueLinear
{
    /// <summary>Values on the grid; see <see cref="ObliqueResampler"/>.</summary>
    public static float[] Resample<T>(Volume<T> source, VolumeShape shape, AffineTransform map, ParallelOptions parallelism, double reach, float[] outside)
        where T : unmanaged, INumber<T>
    {
        var from = source.Shape;
        var memory = source.Memory;
        var (slope, intercept) = ((float)source.Scaling.Slope, (float)source.Scaling.Intercept);
        var cells = new VoxelCells(from);
        var result = GC.AllocateUninitializedArray<float>(checked((int)shape.Count));
        Parallel.For(0, shape.Channels * shape.Depth * shape.Height, parallelism, row =>
        {
            var (plane, y) = Math.DivRem(row, shape.Height);
            var (channel, z) = Math.DivRem(plane, shape.Depth);
            var voxels = memory.Span.Slice((int)(channel * from.ChannelCount), (int)from.ChannelCount);
            var output = result.AsSpan(row * shape.Width, shape.Width);
            var start = map.Apply(new(0, y, z));
            var (first, end) = ObliqueRow.Inside(start, map.A, from, reach, shape.Width);
            output[..first].Fill(outside[channel]);
            Sample(voxels, cells, start, map.A, first, output[first..end]);
            output[end..].Fill(outside[channel]);
            if (slope != 1 || intercept != 0)
            {
                Scale(output[first..end], slope, intercept);
            }
        });
        return result;
    }

    // Offsets need no check of bounds: a cell lies within the volume, whatever the position.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sample<T>(ReadOnlySpan<T> voxels, VoxelCells cells, Vector3D start, Vector3D step, int first, Span<float> output)
        where T : unmanaged, INumber<T>
    {
        ref var origin = ref MemoryMarshal.GetReference(voxels);
        var (sx, sy, sz) = (start.X, start.Y, start.Z);
        var (dx, dy, dz) = (step.X, step.Y, step.Z);
        var (right, below, behind) = (cells.StepX, cells.StepY, cells.StepZ);
        for (var i = 0; i < output.Length; i++)
        {
            double x = first + i;
            var (offset, tx, ty, tz) = cells.Around(sx + (dx * x), sy + (dy * x), sz + (dz * x));
            ref var cell = ref Unsafe.Add(ref origin, offset);
            var near = Plane(ref cell, right, below, tx, ty);
            var far = Plane(ref Unsafe.Add(ref cell, behind), right, below, tx, ty);
            output[i] = near + ((far - near) * tz);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Plane<T>(ref T cell, int right, int below, float tx, float ty)
        where T : unmanaged, INumber<T>
    {
        ref var next = ref Unsafe.Add(ref cell, below);
        var (a, b) = (float.CreateTruncating(cell), float.CreateTruncating(Unsafe.Add(ref cell, right)));
        var (c, d) = (float.CreateTruncating(next), float.CreateTruncating(Unsafe.Add(ref next, right)));
        var (upper, lower) = (a + ((b - a) * tx), c + ((d - c) * tx));
        return upper + ((lower - upper) * ty);
    }

    private static void Scale(Span<float> values, float slope, float intercept)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (values[i] * slope) + intercept;
        }
    }
}
