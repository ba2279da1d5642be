using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>The test of DeLong for two correlated areas under ROC curves, two-sided.</summary>
/// <remarks>DeLong, DeLong and Clarke-Pearson 1988, https://doi.org/10.2307/2531595.</remarks>
internal static class DeLongTest
{
    /// <summary>
    /// The probability, under equal areas, of a difference as large; 1 where both order all pairs alike; NaN below two cases of either
    /// class.
    /// </summary>
    /// <param name="first">Scores of one classifier.</param>
    /// <param name="second">Scores of the other, on the same cases.</param>
    /// <param name="isPositive">The truth.</param>
    public static double PValue(IReadOnlyList<double> first, IReadOnlyList<double> second, bool[] isPositive)
    {
        var (one, other) = (new RankedScores(first, isPositive).Placements(), new RankedScores(second, isPositive).Placements());
        var differences = one.Zip(other, (a, b) => a - b).ToArray();
        double[] ofPositives = [.. differences.Where((_, index) => isPositive[index])];
        double[] ofNegatives = [.. differences.Where((_, index) => !isPositive[index])];
        if (ofPositives.Length < 2 || ofNegatives.Length < 2)
        {
            return double.NaN;
        }

        // The mean of the placements of positives is the area.
        var difference = ofPositives.Average();
        var variance = (Variance(ofPositives) / ofPositives.Length) + (Variance(ofNegatives) / ofNegatives.Length);
        return variance > 0 ? ErrorFunction.Complement(Math.Abs(difference) / Math.Sqrt(2 * variance)) : difference == 0 ? 1 : 0;
    }

    private static double Variance(double[] values)
    {
        var mean = values.Average();
        return values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1);
    }
}
