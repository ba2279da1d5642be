using System.Numerics.Tensors;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Statistics of the values of one channel, in their own unit.</summary>
/// <param name="Mean">Arithmetic mean.</param>
/// <param name="Median">50th percentile.</param>
/// <param name="StandardDeviation">Of the population: divided by the count.</param>
/// <param name="Minimum">Smallest value.</param>
/// <param name="Maximum">Largest value.</param>
/// <param name="LowerPercentile">0.5th percentile, linear between neighbours.</param>
/// <param name="UpperPercentile">99.5th percentile, linear between neighbours.</param>
public sealed record IntensityStatistics(
    double Mean, double Median, double StandardDeviation, double Minimum, double Maximum, double LowerPercentile, double UpperPercentile)
{
    /// <summary>The statistics of at least one finite value.</summary>
    internal static IntensityStatistics Of(ReadOnlySpan<float> values)
    {
        var moments = Moments.Of(values);
        var percentiles = OrderStatistics.Percentiles(values, 0.5, 50, 99.5);
        return new(
            moments.Mean, percentiles[1], moments.Deviation,
            TensorPrimitives.Min(values), TensorPrimitives.Max(values), percentiles[0], percentiles[2]);
    }
}
