namespace Microsoft.ML.MedicalSegmentation.Numerics;

/// <summary>The complementary error function.</summary>
internal static class ErrorFunction
{
    /// <summary>erfc(x) for x of at least 0: a series below 2.5, a continued fraction above; relative error below 1e-12.</summary>
    public static double Complement(double x)
    {
        if (x < 2.5)
        {
            // erf(x) = 2 / sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (1 3 5 ... (2n+1)), all terms positive.
            var (term, sum) = (x, x);
            for (var n = 1; term > 1e-17 * sum; n++)
            {
                term *= 2 * x * x / ((2 * n) + 1);
                sum += term;
            }

            return 1 - (2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum);
        }

        var fraction = x;
        for (var k = 120; k >= 1; k--)
        {
            fraction = x + (k / 2.0 / fraction);
        }

        return Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * fraction);
    }
}
