namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>A box of voxel indices, first and last included; it may reach beyond a volume.</summary>
internal readonly record struct IndexBox(int FirstX, int FirstY, int FirstZ, int LastX, int LastY, int LastZ)
{
    public int Width => LastX - FirstX + 1;

    public int Height => LastY - FirstY + 1;

    public int Depth => LastZ - FirstZ + 1;

    public bool IsEmpty => LastX < FirstX || LastY < FirstY || LastZ < FirstZ;

    /// <summary>The voxels of a source that the four taps per axis of a block of a grid touch, as far as the source reaches.</summary>
    /// <param name="map">From index in the grid to index in the source.</param>
    /// <param name="block">Indices in the grid.</param>
    /// <param name="source">Size of the source.</param>
    /// <param name="reach">How far beyond the outermost voxels' centres the source reaches, in voxels.</param>
    public static IndexBox OfTaps(AffineTransform map, IndexBox block, VolumeShape source, double reach)
    {
        var corner = map.Apply(new(block.FirstX, block.FirstY, block.FirstZ));
        (int First, int Last) Along(int axis, int size)
        {
            var (low, high) = (corner[axis], corner[axis]);
            foreach (
                var extent in new[] { map.A[axis] * (block.Width - 1), map.B[axis] * (block.Height - 1), map.C[axis] * (block.Depth - 1) }
            )
            {
                low += Math.Min(extent, 0);
                high += Math.Max(extent, 0);
            }

            // Rounding may take a position a little farther than the corners lie; the closest voxel, or the outermost one of a position
            // beyond it, may be one up.
            var (from, to) = (Math.Max(low, -reach) - 1e-5, Math.Min(high, size - 1 + reach) + 1e-5);
            return from > to ? (0, -1) : ((int)Math.Floor(from) - 1, (int)Math.Floor(to) + 3);
        }

        var ((x0, x1), (y0, y1), (z0, z1)) = (Along(0, source.Width), Along(1, source.Height), Along(2, source.Depth));
        return new(x0, y0, z0, x1, y1, z1);
    }

    /// <summary>The box with that many more indices on either side of each axis.</summary>
    public IndexBox Grow(int x, int y, int z) => new(FirstX - x, FirstY - y, FirstZ - z, LastX + x, LastY + y, LastZ + z);
}
