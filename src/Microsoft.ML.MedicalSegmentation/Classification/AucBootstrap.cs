using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>Intervals of areas under ROC curves by drawing cases again with replacement; two classifiers see the same draws.</summary>
/// <remarks>Efron and Tibshirani 1993, An Introduction to the Bootstrap. Draws without a case of some class are left out.</remarks>
internal static class AucBootstrap
{
    private const int Draws = 2000;

    /// <summary>The 95 % percentile interval of a statistic of areas, and the two-sided probability that it is 0.</summary>
    /// <param name="cases">Number of cases.</param>
    /// <param name="statistic">From how often each case was drawn to the statistic.</param>
    /// <param name="seed">The same seed gives the same interval.</param>
    public static (double Lower, double Upper, double PValue) Interval(int cases, Func<int[], double> statistic, int seed = 0)
    {
        var random = new RandomStream(seed, cases);
        var counts = new int[cases];
        var values = new List<double>(Draws);
        for (var draw = 0; draw < Draws && cases > 0; draw++)
        {
            Array.Clear(counts);
            for (var i = 0; i < cases; i++)
            {
                counts[random.NextInt(cases)]++;
            }

            if (statistic(counts) is var value && !double.IsNaN(value))
            {
                values.Add(value);
            }
        }

        if (values.Count < Draws / 2)
        {
            return (double.NaN, double.NaN, double.NaN);
        }

        double[] sorted = [.. values.Order()];
        var (below, above) = (sorted.Count(value => value <= 0), sorted.Count(value => value >= 0));
        return (
            SortedValues.Percentile(sorted, [], 2.5),
            SortedValues.Percentile(sorted, [], 97.5),
            Math.Min(1, 2.0 * Math.Min(below, above) / sorted.Length)
        );
    }
}
