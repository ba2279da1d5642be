using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A metric over cases; never a mean without the number of cases.</summary>
/// <param name="Mean">Mean over the cases used; NaN if there are none.</param>
/// <param name="StandardDeviation">Of the cases used, with n - 1; NaN below two cases.</param>
/// <param name="Median">Median of the cases used.</param>
/// <param name="Minimum">The smallest value.</param>
/// <param name="Maximum">The largest value.</param>
/// <param name="Count">Cases used, n.</param>
/// <param name="Excluded">Cases without a value.</param>
/// <param name="Lower">Lower end of the 95 % interval of the mean, by the bootstrap; NaN below two cases.</param>
/// <param name="Upper">Upper end.</param>
public sealed record MetricSummary(
    double Mean,
    double StandardDeviation,
    double Median,
    double Minimum,
    double Maximum,
    int Count,
    int Excluded,
    double Lower,
    double Upper
)
{
    /// <summary>Sums up the values of cases; NaN has no value.</summary>
    internal static MetricSummary Of(IReadOnlyList<double> values, int seed)
    {
        double[] used = [.. values.Where(value => !double.IsNaN(value))];
        var excluded = values.Count - used.Length;
        if (used.Length == 0)
        {
            return new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, 0, excluded, double.NaN, double.NaN);
        }

        var mean = used.Average();
        var deviation = used.Length < 2 ? double.NaN : Math.Sqrt(used.Sum(value => (value - mean) * (value - mean)) / (used.Length - 1));
        var (lower, upper) = Bootstrap.IntervalOfMean(used, seed);
        Array.Sort(used);
        return new(mean, deviation, SortedValues.Percentile(used, [], 50), used[0], used[^1], used.Length, excluded, lower, upper);
    }

    /// <summary>Mean, interval and n.</summary>
    public override string ToString() => FormattableString.Invariant($"{Mean:0.0000} [{Lower:0.0000}, {Upper:0.0000}] (n = {Count})");
}
