namespace Microsoft.ML.MedicalSegmentation.Datasets.Validation;

/// <summary>Finds values that lie far from most others, however far the odd ones lie.</summary>
/// <remarks>
/// On logarithms, so that half and double are equally far: a value is an outlier where it is more than 3.5 robust
/// standard deviations (1.4826 times the median absolute deviation) from the median, the rule of Iglewicz and Hoaglin
/// (How to Detect and Handle Outliers, 1993), and besides more than a least factor, for sets whose deviation is 0.
/// </remarks>
internal static class Outliers
{
    private const double Limit = 3.5 * 1.4826;

    /// <summary>Places of the outliers, and the median.</summary>
    /// <param name="values">Above 0.</param>
    /// <param name="leastFactor">How many times the median, or less than one part of it, an outlier must be; above 1.</param>
    public static (IReadOnlyList<int> Places, double Median) Find(IReadOnlyList<double> values, double leastFactor)
    {
        if (values.Count == 0)
        {
            return ([], 0);
        }

        var logarithms = values.Select(value => Math.Log(value)).ToArray();
        var median = DatasetFingerprint.Median(logarithms);
        var limit = Math.Max(
            Limit * DatasetFingerprint.Median(logarithms.Select(value => Math.Abs(value - median))),
            Math.Log(leastFactor)
        );
        return ([.. Enumerable.Range(0, values.Count).Where(i => Math.Abs(logarithms[i] - median) > limit)], Math.Exp(median));
    }
}
