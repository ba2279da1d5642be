namespace Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

/// <summary>The sum of the weights that each voxel gets from all tiles, by which sums of weighted tiles become means.</summary>
internal sealed class TileWeightSums
{
    private readonly double[] _z;
    private readonly double[] _y;
    private readonly double[] _x;
    private readonly float[] _row;

    /// <summary>Adds the weights of all tiles along each axis.</summary>
    /// <param name="size">Size of the volume.</param>
    /// <param name="patch">Size of a tile.</param>
    /// <param name="window">The tiles; null where each voxel comes from one tile, with the weight 1.</param>
    public TileWeightSums(VolumeShape size, VolumeShape patch, SlidingWindow? window)
    {
        _z = Sums(size.Depth, patch.Depth, window?.Depths);
        _y = Sums(size.Height, patch.Height, window?.Heights);
        _x = Sums(size.Width, patch.Width, window?.Widths);
        _row = new float[size.Width];
    }

    /// <summary>The sums of a row of voxels, until the next call.</summary>
    public ReadOnlySpan<float> Row(int z, int y)
    {
        var weight = _z[z] * _y[y];
        for (var x = 0; x < _row.Length; x++)
        {
            _row[x] = (float)(weight * _x[x]);
        }

        return _row;
    }

    private static double[] Sums(int size, int patch, IReadOnlyList<int>? positions)
    {
        if (positions is not null)
        {
            return TileWeights.SumOverTiles(size, patch, positions);
        }

        var ones = new double[size];
        Array.Fill(ones, 1);
        return ones;
    }
}
