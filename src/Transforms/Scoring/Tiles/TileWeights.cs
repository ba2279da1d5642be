namespace Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

/// <summary>How much a tile's voxels count where tiles overlap: most in the middle, where the network saw all around.</summary>
/// <remarks>
/// A Gaussian about voxel patch / 2 with sigma = patch / 8 along each axis, as in nnU-Net v2. A voxel is at most four
/// sigma away, so the smallest weight along an axis is exp(-8) and none is zero in single precision (nnU-Net computes
/// in half precision and raises its zeros to the smallest positive weight). Weights are products of the axes' weights.
/// </remarks>
internal static class TileWeights
{
    /// <summary>Weights along one axis; 1 at voxel <paramref name="length"/> / 2.</summary>
    public static double[] Gaussian(int length)
    {
        var weights = new double[length];
        for (var i = 0; i < length; i++)
        {
            var sigmas = (i - (length / 2)) / (length / 8.0);
            weights[i] = Math.Exp(-0.5 * sigmas * sigmas);
        }

        return weights;
    }

    /// <summary>Weights of a tile, [depth, height, width].</summary>
    public static float[] Gaussian(VolumeShape patch)
    {
        var (z, y, x) = (Gaussian(patch.Depth), Gaussian(patch.Height), Gaussian(patch.Width));
        var weights = new float[patch.ChannelCount];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = (float)(z[i / patch.Width / patch.Height] * y[i / patch.Width % patch.Height] * x[i % patch.Width]);
        }

        return weights;
    }

    /// <summary>Sum of the weights that each of <paramref name="size"/> voxels along one axis gets from all tiles.</summary>
    internal static double[] SumOverTiles(int size, int patch, IReadOnlyList<int> positions)
    {
        var weights = Gaussian(patch);
        var sums = new double[size];
        foreach (var first in positions)
        {
            for (var i = Math.Max(0, -first); i < patch && first + i < size; i++)
            {
                sums[first + i] += weights[i];
            }
        }

        return sums;
    }
}
