namespace Microsoft.ML.MedicalSegmentation.Numerics;

/// <summary>
/// Mean and sum of squares about it, in double precision and two passes, since the difference of large sums would cancel.
/// </summary>
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
        return new(values.Length, mean, SquaresOf(values, mean, 0));
    }

    /// <summary>
    /// The moments of values that come in parts; each part is asked for twice. They are those of the whole, to the last bit.
    /// </summary>
    /// <param name="count">Number of parts.</param>
    /// <param name="part">Gives a part.</param>
    public static Moments Of(int count, PartOf part)
    {
        var (sum, length) = (0.0, 0L);
        for (var i = 0; i < count; i++)
        {
            var values = part(i);
            length += values.Length;
            foreach (var value in values)
            {
                sum += value;
            }
        }

        var (mean, squares) = (sum / length, 0.0);
        for (var i = 0; i < count; i++)
        {
            squares = SquaresOf(part(i), mean, squares);
        }

        return new(length, mean, squares);
    }

    /// <summary>A part of values.</summary>
    public delegate ReadOnlySpan<float> PartOf(int index);

    private static double SquaresOf(ReadOnlySpan<float> values, double mean, double squares)
    {
        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return squares;
    }

    /// <summary>The moments of these values and others together.</summary>
    /// <remarks>
    /// Chan, Golub, LeVeque 1983, https://doi.org/10.1080/00031305.1983.10483115: sums of squares about each batch's own mean cancel
    /// nothing.
    /// </remarks>
    public Moments With(Moments others)
    {
        var (count, distance) = (Count + others.Count, others.Mean - Mean);
        return count == 0
            ? this
            : new(
                count,
                Mean + (distance * others.Count / count),
                Squares + others.Squares + (distance * distance * ((double)Count * others.Count / count))
            );
    }
}
