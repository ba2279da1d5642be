using System.Runtime.CompilerServices;

namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>The part of an oblique row that lies in the source.</summary>
internal static class ObliqueRow
{
    /// <summary>First and end of the voxels of a row that are not outside the source; (0, 0) if there are none.</summary>
    /// <param name="start">Position of the row's first voxel, in the source's voxels.</param>
    /// <param name="step">From one voxel of the row to the next.</param>
    /// <param name="shape">Size of the source.</param>
    /// <param name="reach">How far beyond the outermost voxels' centres the source reaches, in voxels.</param>
    /// <param name="count">Voxels of the row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (int First, int End) Inside(Vector3D start, Vector3D step, VolumeShape shape, double reach, int count)
    {
        // Each coordinate only grows or only falls, so the inside is one run: first a little more than it, by division, then it.
        var wide = reach + 1e-5;
        var (low, high) = (0.0, (double)count);
        Span<int> sizes = [shape.Width, shape.Height, shape.Depth];
        for (var axis = 0; axis < 3; axis++)
        {
            var (a, b) = ((-wide - start[axis]) / step[axis], (sizes[axis] - 1 + wide - start[axis]) / step[axis]);
            if (double.IsFinite(a) && double.IsFinite(b))
            {
                low = Math.Max(low, Math.Ceiling(Math.Min(a, b)));
                high = Math.Min(high, Math.Floor(Math.Max(a, b)) + 1);
            }
        }

        var (first, end) = ((int)Math.Min(low, count), (int)Math.Max(high, 0));
        while (first < end && ObliqueResampler.IsOutside(start + (step * first), shape, reach))
        {
            first++;
        }

        while (end > first && ObliqueResampler.IsOutside(start + (step * (end - 1)), shape, reach))
        {
            end--;
        }

        return first < end ? (first, end) : (0, 0);
    }
}
