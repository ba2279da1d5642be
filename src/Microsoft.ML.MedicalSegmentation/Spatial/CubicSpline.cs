using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>Cubic B-spline interpolation: turns voxel values into the coefficients whose spline passes through them.</summary>
/// <remarks>
/// Unser, Aldroubi and Eden, "B-spline signal processing", IEEE Trans. Signal Processing 41(2), 1993,
/// https://doi.org/10.1109/78.193220; recursive filter with the pole sqrt(3) - 2, mirrored at the border.
/// </remarks>
internal static class CubicSpline
{
    /// <summary>The pole's powers fall below single precision's rounding after this many voxels.</summary>
    public const int Horizon = 14;

    private const float Gain = 6;

    private static readonly double Pole = Math.Sqrt(3) - 2;

    // First value of the anticausal pass over the last two of the causal one.
    private static readonly float LastFactor = (float)(Pole / ((Pole * Pole) - 1));

    /// <summary>
    /// Start weights for a cut-out of a longer signal, whose first values are of no interest: as if the first one had lasted for ever.
    /// </summary>
    public static float[] Unbounded { get; } = [(float)(1 / (1 - Pole))];

    /// <summary>The cubic B-spline at distance <paramref name="distance"/> (0 or more) from its centre, in voxels.</summary>
    public static double Weight(double distance) => distance switch
    {
        < 1 => (2.0 / 3) - (distance * distance * (1 - (distance / 2))),
        < 2 => Math.Pow(2 - distance, 3) / 6,
        _ => 0,
    };

    /// <summary>The spline that is 1 at one voxel and 0 at all others, at that distance from it (0 or more), in voxels.</summary>
    /// <remarks>
    /// Blending voxels by it is interpolation without the filter: a coefficient is the sum of sqrt(3) pole^|k| times the voxels k away.
    /// </remarks>
    public static double CardinalWeight(double distance)
    {
        var (sum, floor) = (0.0, (int)distance);
        for (var k = floor - 1; k <= floor + 2; k++)
        {
            sum += Math.Sqrt(3) * Math.Pow(Pole, Math.Abs(k)) * Weight(Math.Abs(distance - k));
        }

        return sum;
    }

    /// <summary>How much each of the first values adds to the first value of the causal pass, the signal being mirrored.</summary>
    public static float[] StartWeights(int count)
    {
        var weights = new float[Math.Min(count, Horizon)];
        for (var k = 0; k < weights.Length; k++)
        {
            var mirrored = k > 0 && k < count - 1 ? Math.Pow(Pole, (2 * count) - 2 - k) : 0;
            weights[k] = (float)((Math.Pow(Pole, k) + mirrored) / (1 - Math.Pow(Pole, (2 * count) - 2)));
        }

        return weights;
    }

    /// <summary>Replaces the values of each row by coefficients along it; rows of one value stay.</summary>
    /// <param name="values">Rows one after the other.</param>
    /// <param name="startWeights">Of the signal's start.</param>
    /// <param name="width">Length of a row.</param>
    public static void FilterEachRow(Span<float> values, float[] startWeights, int width)
    {
        // Each step waits for the one before; four rows at a time keep the processor busy meanwhile.
        for (; width > 1 && values.Length >= 4 * width; values = values[(4 * width)..])
        {
            FilterFourRows(
                values[..width],
                values.Slice(width, width),
                values.Slice(2 * width, width),
                values.Slice(3 * width, width),
                startWeights
            );
        }

        for (; width > 1 && values.Length > 0; values = values[width..])
        {
            FilterRow(values[..width], startWeights);
        }
    }

    /// <summary>Replaces values by coefficients across rows that lie <paramref name="stride"/> apart; a single row stays.</summary>
    /// <param name="values">From the first value of the first row on.</param>
    /// <param name="startWeights">Of the signal's start.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="stride">From a row to the next.</param>
    /// <param name="width">Length of a row.</param>
    public static void FilterRows(Span<float> values, float[] startWeights, int count, int stride, int width)
    {
        if (count < 2)
        {
            return;
        }

        var z = (float)Pole;
        var first = values[..width];
        TensorPrimitives.Multiply(first, startWeights[0], first);
        for (var k = 1; k < startWeights.Length; k++)
        {
            TensorPrimitives.MultiplyAdd(values.Slice(k * stride, width), startWeights[k], first, first);
        }

        TensorPrimitives.Multiply(first, Gain, first);
        for (var i = 1; i < count; i++)
        {
            var row = values.Slice(i * stride, width);
            RowBlending.Blend(row, Gain, values.Slice((i - 1) * stride, width), z, row);
        }

        var last = values.Slice((count - 1) * stride, width);
        RowBlending.Blend(last, LastFactor, values.Slice((count - 2) * stride, width), LastFactor * z, last);
        for (var i = count - 2; i >= 0; i--)
        {
            var row = values.Slice(i * stride, width);
            RowBlending.Blend(values.Slice((i + 1) * stride, width), z, row, -z, row);
        }
    }

    private static void FilterRow(Span<float> row, float[] startWeights)
    {
        var z = (float)Pole;
        row[0] = Gain * TensorPrimitives.Dot(row[..startWeights.Length], startWeights);
        for (var i = 1; i < row.Length; i++)
        {
            row[i] = (Gain * row[i]) + (z * row[i - 1]);
        }

        row[^1] = LastFactor * (row[^1] + (z * row[^2]));
        for (var i = row.Length - 2; i >= 0; i--)
        {
            row[i] = z * (row[i + 1] - row[i]);
        }
    }

    private static void FilterFourRows(Span<float> a, Span<float> b, Span<float> c, Span<float> d, float[] startWeights)
    {
        b = b[..a.Length];
        c = c[..a.Length];
        d = d[..a.Length];
        var z = (float)Pole;
        var count = startWeights.Length;
        var wa = a[0] = Gain * TensorPrimitives.Dot(a[..count], startWeights);
        var wb = b[0] = Gain * TensorPrimitives.Dot(b[..count], startWeights);
        var wc = c[0] = Gain * TensorPrimitives.Dot(c[..count], startWeights);
        var wd = d[0] = Gain * TensorPrimitives.Dot(d[..count], startWeights);
        for (var i = 1; i < a.Length; i++)
        {
            a[i] = wa = (Gain * a[i]) + (z * wa);
            b[i] = wb = (Gain * b[i]) + (z * wb);
            c[i] = wc = (Gain * c[i]) + (z * wc);
            d[i] = wd = (Gain * d[i]) + (z * wd);
        }

        wa = a[^1] = LastFactor * (a[^1] + (z * a[^2]));
        wb = b[^1] = LastFactor * (b[^1] + (z * b[^2]));
        wc = c[^1] = LastFactor * (c[^1] + (z * c[^2]));
        wd = d[^1] = LastFactor * (d[^1] + (z * d[^2]));
        for (var i = a.Length - 2; i >= 0; i--)
        {
            a[i] = wa = z * (wa - a[i]);
            b[i] = wb = z * (wb - b[i]);
            c[i] = wc = z * (wc - c[i]);
            d[i] = wd = z * (wd - d[i]);
        }
    }
}
