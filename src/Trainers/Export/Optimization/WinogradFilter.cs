namespace Microsoft.ML.MedicalSegmentation.Export.Optimization;

/// <summary>Winograd's minimal filtering: several outputs of a short convolution with the fewest products.</summary>
/// <remarks>
/// The outputs are A((G kernel) * (B inputs)), where * is element by element: m outputs of r taps cost m + r - 1 products and not
/// m r. After Lavin and Gray, https://arxiv.org/abs/1509.09308, with the points 0, 1, -1, 2, -1/2 and infinity, whose
/// rounding errors are smaller than those of whole numbers.
/// </remarks>
internal sealed class WinogradFilter
{
    private static readonly double[] Points = [0, 1, -1, 2, -0.5];

    /// <summary>The matrices for <paramref name="outputs"/> outputs of <paramref name="taps"/> taps.</summary>
    public WinogradFilter(int outputs, int taps)
    {
        (Outputs, Taps, Products) = (outputs, taps, outputs + taps - 1);
        var points = Points[..(Products - 1)];
        OfInputs = new double[Products, Products];
        OfKernel = new double[Products, taps];
        OfProducts = new double[outputs, Products];
        for (var at = 0; at < points.Length; at++)
        {
            var others = points.Where((_, other) => other != at).ToArray();
            var scale = others.Aggregate(1.0, (product, other) => product * (points[at] - other));
            var polynomial = WithRoots(others);
            for (var power = 0; power < polynomial.Length; power++)
            {
                OfInputs[at, power] = polynomial[power];
            }

            for (var tap = 0; tap < taps; tap++)
            {
                OfKernel[at, tap] = Math.Pow(points[at], tap) / scale;
            }

            for (var output = 0; output < outputs; output++)
            {
                OfProducts[output, at] = Math.Pow(points[at], output);
            }
        }

        var all = WithRoots(points);
        for (var power = 0; power < all.Length; power++)
        {
            OfInputs[Products - 1, power] = all[power];
        }

        (OfKernel[Products - 1, taps - 1], OfProducts[outputs - 1, Products - 1]) = (1, 1);
    }

    public int Outputs { get; }

    public int Taps { get; }

    public int Products { get; }

    /// <summary>The product that goes into every output once: the place for a bias.</summary>
    public int BiasProduct => 1;

    /// <summary>B, [products, products]: the inputs are as many as the products.</summary>
    public double[,] OfInputs { get; }

    /// <summary>G, [products, taps].</summary>
    public double[,] OfKernel { get; }

    /// <summary>A, [outputs, products].</summary>
    public double[,] OfProducts { get; }

    // Coefficients by rising power.
    private static double[] WithRoots(double[] roots)
    {
        double[] polynomial = [1];
        foreach (var root in roots)
        {
            var next = new double[polynomial.Length + 1];
            for (var power = 0; power < polynomial.Length; power++)
            {
                next[power + 1] += polynomial[power];
                next[power] -= root * polynomial[power];
            }

            polynomial = next;
        }

        return polynomial;
    }
}
