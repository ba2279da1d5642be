namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>Goes over an oblique grid in short runs of voxels, on several threads.</summary>
/// <remarks>
/// A run and the ones above it in a slice touch a narrow strip of the source, which stays in the first cache; whole rows would touch so
/// many rows of the source that they push each other out.
/// </remarks>
internal static class ObliqueRuns
{
    /// <summary>Treats a run.</summary>
    /// <param name="channel">Of the grid.</param>
    /// <param name="run">The run's voxels in the grid's memory.</param>
    /// <param name="start">Position of the run's first voxel, in the source's voxels.</param>
    /// <param name="inside">The voxels of the run that are not outside the source; (0, 0) where all are.</param>
    public delegate void Treat(int channel, Range run, Vector3D start, (int First, int End) inside);

    /// <summary>Treats every run of at most <see cref="VoxelCells.RunLength"/> voxels.</summary>
    /// <param name="grid">Size of the grid.</param>
    /// <param name="source">Size of the source.</param>
    /// <param name="map">From index in the grid to index in the source.</param>
    /// <param name="reach">How far beyond the outermost voxels' centres the source reaches, in voxels.</param>
    /// <param name="parallelism">Bounds the threads.</param>
    /// <param name="treat">Called on several threads at once.</param>
    public static void ForEach(
        VolumeShape grid,
        VolumeShape source,
        AffineTransform map,
        double reach,
        ParallelOptions parallelism,
        Treat treat
    )
    {
        var strips = (grid.Width + VoxelCells.RunLength - 1) / VoxelCells.RunLength;
        Parallel.For(0, grid.Channels * grid.Depth * strips, parallelism, item =>
        {
            var (plane, strip) = Math.DivRem(item, strips);
            var (channel, z) = Math.DivRem(plane, grid.Depth);
            var x = strip * VoxelCells.RunLength;
            var length = Math.Min(VoxelCells.RunLength, grid.Width - x);
            for (var y = 0; y < grid.Height; y++)
            {
                var start = map.Apply(new(x, y, z));
                var offset = (((plane * grid.Height) + y) * grid.Width) + x;
                treat(channel, offset..(offset + length), start, ObliqueRow.Inside(start, map.A, source, reach, length));
            }
        });
    }
}
