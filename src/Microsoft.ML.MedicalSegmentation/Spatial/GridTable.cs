namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>
/// Where a grid's voxels lie among those of a source with parallel axes: the closest one's offset in memory, axis by axis.
/// </summary>
/// <remarks>The closest voxel of grid voxel (x, y, z) is at X[x] + Y[y] + Z[z]; a negative entry says that it lies outside.</remarks>
internal sealed class GridTable
{
    private GridTable(int[] x, int[] y, int[] z) => (X, Y, Z) = (x, y, z);

    public int[] X { get; }

    public int[] Y { get; }

    public int[] Z { get; }

    /// <summary>The table of a grid.</summary>
    /// <param name="source">Size of the source.</param>
    /// <param name="grid">Size of the grid.</param>
    /// <param name="map">From index in the grid to index in the source.</param>
    /// <param name="reach">How far beyond the outermost voxels' centres the source reaches, in voxels.</param>
    /// <returns>Null if the axes are not parallel.</returns>
    public static GridTable? Of(VolumeShape source, VolumeShape grid, AffineTransform map, double reach)
    {
        if (AxisOrder.Along(map, grid) is not { } order)
        {
            return null;
        }

        int[] lengths = [source.Width, source.Height, source.Depth];
        int[] strides = [1, source.Width, source.Width * source.Height];
        int[] Offsets(int axis, int count)
        {
            var along = order.Source(axis);
            var (first, step) = (map.Translation[along], map.Column(axis)[along]);
            var offsets = new int[count];
            for (var i = 0; i < count; i++)
            {
                var position = first + (i * step);
                offsets[i] = AxisTaps.IsBeyond(position, lengths[along], reach)
                    ? -1
                    : NearestResampler.Closest(position, lengths[along]) * strides[along];
            }

            return offsets;
        }

        return new(Offsets(0, grid.Width), Offsets(1, grid.Height), Offsets(2, grid.Depth));
    }

    /// <summary>True if every voxel of a grid lies on a voxel of the source, or outside it, but for a thousandth of a voxel.</summary>
    /// <remarks>So lie grids that came from each other by turning, mirroring, cropping and padding.</remarks>
    public static bool IsSharedLattice(AffineTransform map, VolumeShape grid)
    {
        if (AxisOrder.Along(map, grid) is not { } order)
        {
            return false;
        }

        int[] sizes = [grid.Width, grid.Height, grid.Depth];
        for (var axis = 0; axis < 3; axis++)
        {
            var along = order.Source(axis);
            var first = map.Translation[along];
            if (Math.Abs(Math.Abs(map.Column(axis)[along]) - 1) * sizes[axis] > 1e-3 || Math.Abs(first - Math.Round(first)) > 1e-3)
            {
                return false;
            }
        }

        return true;
    }
}
