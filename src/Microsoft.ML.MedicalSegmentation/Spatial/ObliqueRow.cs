using System.Runtime.CompilerServices;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The part of an oblique row that lies well inside the source, where nothing needs to be clamped.</summary>
internal static class ObliqueRow
{
    /// <summary>First and end of the voxels of a row whose eight neighbours all lie in the source; (0, 0) where there are none.</summary>
    public static (int First, int End) Interior(Vector3D start, Vector3D step, VolumeShape shape, int count)
    {
        // A voxel less on either end, so that rounding never leads outside.
        var (first, end) = (0.0, (double)count);
        Span<double> sizes = [shape.Width, shape.Height, shape.Depth];
        for (var axis = 0; axis < 3; axis++)
        {
            var (from, by, last) = (start[axis], step[axis], sizes[axis] - 1);
            if (Math.Abs(by) < 1e-12)
            {
                end = from >= 1e-6 && from < last - 1e-6 ? end : 0;
                continue;
            }

            var (a, b) = (-from / by, (last - from) / by);
            first = Math.Max(first, Math.Ceiling(Math.Min(a, b)) + 1);
            end = Math.Min(end, Math.Floor(Math.Max(a, b)));
        }

        return end > first ? ((int)first, (int)end) : (0, 0);
    }

    /// <summary>Linear values from voxel <paramref name="first"/> of the row on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SampleLinear(ReadOnlySpan<float> voxels, VolumeShape shape, Vector3D start, Vector3D step, int first, Span<float> output)
    {
        var (row, plane) = (shape.Width, shape.Width * shape.Height);
        var (sx, sy, sz) = (start.X, start.Y, start.Z);
        var (dx, dy, dz) = (step.X, step.Y, step.Z);
        for (var i = 0; i < output.Length; i++)
        {
            var (px, py, pz) = (sx + (dx * (first + i)), sy + (dy * (first + i)), sz + (dz * (first + i)));
            var (x, y, z) = ((int)px, (int)py, (int)pz);
            var (tx, ty, tz) = ((float)(px - x), (float)(py - y), (float)(pz - z));
            var around = voxels.Slice((z * plane) + (y * row) + x, plane + row + 2);
            var (a0, a1, b0, b1) = (around[0], around[1], around[row], around[row + 1]);
            var (c0, c1, d0, d1) = (around[plane], around[plane + 1], around[plane + row], around[plane + row + 1]);
            var (a, b) = (a0 + ((a1 - a0) * tx), b0 + ((b1 - b0) * tx));
            var (c, d) = (c0 + ((c1 - c0) * tx), d0 + ((d1 - d0) * tx));
            var (near, far) = (a + ((b - a) * ty), c + ((d - c) * ty));
            output[i] = near + ((far - near) * tz);
        }
    }
}
