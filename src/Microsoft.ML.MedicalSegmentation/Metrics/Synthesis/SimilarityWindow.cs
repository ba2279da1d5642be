namespace Microsoft.ML.MedicalSegmentation.Metrics.Synthesis;

/// <summary>The window in which structural similarity compares two volumes, one factor per axis.</summary>
/// <param name="Z">Weights along z, of sum 1.</param>
/// <param name="Y">Weights along y.</param>
/// <param name="X">Weights along x.</param>
/// <param name="VarianceFactor">What variances are multiplied by: 1, or n / (n - 1) for those of a sample.</param>
internal sealed record SimilarityWindow(double[] Z, double[] Y, double[] X, double VarianceFactor)
{
    private const int GaussianLength = 11;
    private const double Sigma = 1.5;
    private const int BoxLength = 7;

    /// <summary>
    /// The Gaussian window of Wang et al. 2004: 11 voxels, sigma 1.5. Along shorter axes it is cut to the longest odd length that fits, and
    /// its weights again sum to 1.
    /// </summary>
    public static SimilarityWindow Gaussian(VolumeShape shape) =>
        new(Gaussian(shape.Depth), Gaussian(shape.Height), Gaussian(shape.Width), 1);

    /// <summary>A uniform window of 7 voxels, cut likewise, with variances of a sample.</summary>
    public static SimilarityWindow Box(VolumeShape shape)
    {
        var (z, y, x) = (Box(shape.Depth), Box(shape.Height), Box(shape.Width));
        var count = (double)z.Length * y.Length * x.Length;
        return new(z, y, x, count > 1 ? count / (count - 1) : 1);
    }

    private static double[] Gaussian(int side)
    {
        var length = Fitting(GaussianLength, side);
        var weights = Enumerable.Range(0, length).Select(i => Math.Exp(-0.5 * Math.Pow((i - (length / 2)) / Sigma, 2))).ToArray();
        var sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }

    private static double[] Box(int side)
    {
        var length = Fitting(BoxLength, side);
        return [.. Enumerable.Repeat(1.0 / length, length)];
    }

    private static int Fitting(int length, int side) => side >= length ? length : side % 2 == 1 ? side : side - 1;
}
