namespace Microsoft.ML.MedicalSegmentation.Numerics;

/// <summary>Mean and sum of squares about it, in double precision and two passes, since the difference of large sums would cancel.</summary>
/// <param name="Count">How many values there are.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Squares">Sum of the squared distances from the mean.</param>
internal readonly record struct Moments(long Count, double Mean, double Squares)
{
    /// <summary>Standard deviation of the population: divided by the count.</summary>
    public double Deviation => Math.Sqrt(Squares / Count);

    /// <summary>The moments of at least one finite value.</summary>
    public static Moments Of(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        var mean = sum / values.Length;
        var squares = 0.0;
        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return new(values.Length, mean, squares);
    }

    /// <summary>The moments of these values and others together.</summary>
    /// <remarks>Chan, Golub, LeVeque 1983, https://doi.org/10.1080/00031305.1983.10483115: sums of squares about each batch's own mean cancel nothing.</remarks>
    public Moments With(Moments others)
    {
        var (count, distance) = (Count + others.Count, others.Mean - Mean);
        return count == 0
            ? this
            : new(count, Mean + (distance * others.Count / count), Squares + others.Squares + (distance * distance * ((double)Count * others.Count / count)));
    }
}
