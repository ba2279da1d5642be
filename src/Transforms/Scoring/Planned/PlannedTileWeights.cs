namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>nnU-Net's weights of the voxels of a tile, in half precision.</summary>
/// <remarks>
/// A single 1 in the middle, smoothed along each axis by a Gaussian of an eighth of the side that ends after four deviations, scaled to a
/// largest weight of 10. A weight that half precision cannot hold becomes the smallest that it can.
/// </remarks>
internal static class PlannedTileWeights
{
    private const double Largest = 10;

    /// <summary>The weights, [depth, height, width]; depth is not smoothed where the tile is flat.</summary>
    public static float[] Of(PlannedMember member)
    {
        var shape = member.InputShape;
        var (z, y, x) = (member.IsFlat ? [1] : Smoothed(shape.Depth), Smoothed(shape.Height), Smoothed(shape.Width));
        var largest = z.Max() * y.Max() * x.Max();
        var weights = new float[shape.ChannelCount];
        for (var i = 0; i < weights.Length; i++)
        {
            var value = z[i / shape.Width / shape.Height] * y[i / shape.Width % shape.Height] * x[i % shape.Width];
            weights[i] = (float)(Half)(value / (largest / Largest));
        }

        var smallest = weights.Where(weight => weight > 0).Min();
        return Array.ConvertAll(weights, weight => weight > 0 ? weight : smallest);
    }

    private static double[] Smoothed(int side)
    {
        var deviation = side / 8.0;
        var radius = (int)((4 * deviation) + 0.5);
        double Kernel(int distance) => Math.Abs(distance) > radius ? 0 : Math.Exp(-0.5 / (deviation * deviation) * distance * distance);
        var sum = Enumerable.Range(-radius, (2 * radius) + 1).Sum(Kernel);
        return [.. Enumerable.Range(0, side).Select(i => Kernel(i - (side / 2)) / sum)];
    }
}
