namespace Microsoft.ML.MedicalSegmentation.Numerics;

/// <summary>Intervals by drawing cases again with replacement. Efron and Tibshirani 1993, An Introduction to the Bootstrap.</summary>
internal static class Bootstrap
{
    private const int Draws = 2000;

    /// <summary>The 95 % percentile interval of the mean; NaN below two values. The same seed gives the same interval.</summary>
    public static (double Lower, double Upper) IntervalOfMean(ReadOnlySpan<double> values, int seed)
    {
        if (values.Length < 2)
        {
            return (double.NaN, double.NaN);
        }

        var random = new RandomStream(seed, values.Length);
        var means = new double[Draws];
        for (var draw = 0; draw < Draws; draw++)
        {
            var sum = 0.0;
            for (var i = 0; i < values.Length; i++)
            {
                sum += values[random.NextInt(values.Length)];
            }

            means[draw] = sum / values.Length;
        }

        Array.Sort(means);
        return (SortedValues.Percentile(means, [], 2.5), SortedValues.Percentile(means, [], 97.5));
    }
}
