using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Cubic B-spline interpolation: turns voxel values into the coefficients whose spline passes through them.</summary>
/// <remarks>
/// Unser, Aldroubi and Eden, "B-spline signal processing", IEEE Trans. Signal Processing 41(2), 1993,
/// https://doi.org/10.1109/78.193220; recursive filter with the pole sqrt(3) - 2, mirrored at the border.
/// </remarks>
internal static class CubicSpline
{
    private const float Gain = 6;

    private static readonly double Pole = Math.Sqrt(3) - 2;

    // First value of the anticausal pass over the last two of the causal one.
    private static readonly float LastFactor = (float)(Pole / ((Pole * Pole) - 1));

    // The pole's powers fall below single precision's rounding after this many voxels.
    private const int Horizon = 14;

    /// <summary>The cubic B-spline at distance <paramref name="distance"/> (0 or more) from its centre, in voxels.</summary>
    public static double Weight(double distance) => distance switch
    {
        < 1 => (2.0 / 3) - (distance * distance * (1 - (distance / 2))),
        < 2 => Math.Pow(2 - distance, 3) / 6,
        _ => 0,
    };

    /// <summary>Replaces values by coefficients along those axes whose interpolation is the cubic spline.</summary>
    public static void ToCoefficients(float[] values, VolumeShape shape, AxisInterpolation interpolation, ParallelOptions parallelism)
    {
        var (depth, height, width) = (shape.Depth, shape.Height, shape.Width);
        var (alongX, alongY, alongZ) = (StartWeights(width), StartWeights(height), StartWeights(depth));
        var (splineX, splineY) = (interpolation.X == Interpolation.CubicSpline && width > 1, interpolation.Y == Interpolation.CubicSpline);
        if (splineX || splineY)
        {
            Parallel.For(0, shape.Channels * depth, parallelism, plane =>
            {
                var slice = values.AsSpan(plane * height * width, height * width);
                for (var y = 0; splineX && y < height; y++)
                {
                    FilterRow(slice.Slice(y * width, width), alongX);
                }

                if (splineY)
                {
                    FilterRows(slice, alongY, height, width, width);
                }
            });
        }

        for (var channel = 0; interpolation.Z == Interpolation.CubicSpline && channel < shape.Channels; channel++)
        {
            var start = channel * depth * height * width;
            Parallel.For(0, height, parallelism, y => FilterRows(values.AsSpan(start + (y * width)), alongZ, depth, height * width, width));
        }
    }

    // How much each of the first values adds to the first value of the causal pass, the signal being mirrored.
    private static float[] StartWeights(int count)
    {
        var weights = new float[Math.Min(count, Horizon)];
        for (var k = 0; k < weights.Length; k++)
        {
            var mirrored = k > 0 && k < count - 1 ? Math.Pow(Pole, (2 * count) - 2 - k) : 0;
            weights[k] = (float)((Math.Pow(Pole, k) + mirrored) / (1 - Math.Pow(Pole, (2 * count) - 2)));
        }

        return weights;
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

    // The same filter across rows that lie `stride` apart; each step treats a whole row at once.
    private static void FilterRows(Span<float> values, float[] startWeights, int count, int stride, int width)
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
            TensorPrimitives.Multiply(row, Gain, row);
            TensorPrimitives.MultiplyAdd(values.Slice((i - 1) * stride, width), z, row, row);
        }

        var last = values.Slice((count - 1) * stride, width);
        TensorPrimitives.MultiplyAdd(values.Slice((count - 2) * stride, width), z, last, last);
        TensorPrimitives.Multiply(last, LastFactor, last);
        for (var i = count - 2; i >= 0; i--)
        {
            var row = values.Slice(i * stride, width);
            TensorPrimitives.Subtract(values.Slice((i + 1) * stride, width), row, row);
            TensorPrimitives.Multiply(row, z, row);
        }
    }
}
