namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Resamples onto a grid at any angle to the source's, voxel by voxel.</summary>
internal static class ObliqueResampler
{
    /// <summary>Values on the grid.</summary>
    /// <param name="source">The source.</param>
    /// <param name="shape">Size of the grid.</param>
    /// <param name="map">From index in the grid to index in the source.</param>
    /// <param name="interpolation">By axis of the source.</param>
    /// <param name="parallelism">Bounds the threads.</param>
    /// <param name="reach">How far beyond the outermost voxels' centres the source reaches, in voxels.</param>
    /// <param name="outside">Value outside the source, by channel.</param>
    public static float[] Resample(
        Volume source, VolumeShape shape, AffineTransform map, AxisInterpolation interpolation, ParallelOptions parallelism, double reach, float[] outside)
    {
        var from = source.Shape;
        var values = source.ToSingle().Memory;
        if (interpolation.HasSpline)
        {
            var coefficients = GC.AllocateUninitializedArray<float>(checked((int)from.Count));
            source.CopyValues(0, coefficients);
            CubicSpline.ToCoefficients(coefficients, from, interpolation, parallelism);
            values = coefficients;
        }

        var result = GC.AllocateUninitializedArray<float>(checked((int)shape.Count));
        Parallel.For(0, shape.Channels * shape.Depth, parallelism, plane =>
        {
            var (channel, z) = Math.DivRem(plane, shape.Depth);
            var voxels = values.Span.Slice((int)(channel * from.ChannelCount), (int)from.ChannelCount);
            var output = result.AsSpan(plane * shape.Height * shape.Width, shape.Height * shape.Width);
            for (var y = 0; y < shape.Height; y++)
            {
                var start = map.Apply(new(0, y, z));
                var row = output.Slice(y * shape.Width, shape.Width);
                var (first, end) = interpolation.IsLinear ? ObliqueRow.Interior(start, map.A, from, shape.Width) : (0, 0);
                Sample(voxels, start, row, 0, first, outside[channel]);
                ObliqueRow.SampleLinear(voxels, from, start, map.A, first, row[first..end]);
                Sample(voxels, start, row, end, shape.Width, outside[channel]);
            }
        });
        return result;

        void Sample(ReadOnlySpan<float> voxels, Vector3D start, Span<float> row, int first, int end, float around)
        {
            for (var x = first; x < end; x++)
            {
                var position = start + (map.A * x);
                row[x] = IsOutside(position, from, reach) ? around
                    : interpolation.IsLinear ? Linear(voxels, from, position) : Blend(voxels, from, position, interpolation);
            }
        }
    }

    /// <summary>True for positions that are farther beyond the outermost voxels' centres than the source reaches.</summary>
    internal static bool IsOutside(Vector3D position, VolumeShape shape, double reach)
        => AxisTaps.IsBeyond(position.X, shape.Width, reach)
            || AxisTaps.IsBeyond(position.Y, shape.Height, reach)
            || AxisTaps.IsBeyond(position.Z, shape.Depth, reach);

    /// <summary>The lower of the two voxels around a position along one axis, the upper, and the upper's weight.</summary>
    internal static (int Lower, int Upper, float Weight) Around(double position, int length)
    {
        var clamped = Math.Clamp(position, 0, length - 1);
        var lower = (int)clamped;
        return (lower, Math.Min(lower + 1, length - 1), (float)(clamped - lower));
    }

    private static float Linear(ReadOnlySpan<float> voxels, VolumeShape shape, Vector3D position)
    {
        var (x0, x1, tx) = Around(position.X, shape.Width);
        var (y0, y1, ty) = Around(position.Y, shape.Height);
        var (z0, z1, tz) = Around(position.Z, shape.Depth);
        var (row, plane) = (shape.Width, shape.Width * shape.Height);
        static float Blend(float a, float b, float t) => a + ((b - a) * t);
        var (r00, r10, r01, r11) = ((z0 * plane) + (y0 * row), (z0 * plane) + (y1 * row), (z1 * plane) + (y0 * row), (z1 * plane) + (y1 * row));
        return Blend(
            Blend(Blend(voxels[r00 + x0], voxels[r00 + x1], tx), Blend(voxels[r10 + x0], voxels[r10 + x1], tx), ty),
            Blend(Blend(voxels[r01 + x0], voxels[r01 + x1], tx), Blend(voxels[r11 + x0], voxels[r11 + x1], tx), ty),
            tz);
    }

    // Any interpolation along each axis, as the cubic one's four taps.
    private static float Blend(ReadOnlySpan<float> voxels, VolumeShape shape, Vector3D position, AxisInterpolation interpolation)
    {
        Span<int> ix = stackalloc int[4], iy = stackalloc int[4], iz = stackalloc int[4];
        Span<float> wx = stackalloc float[4], wy = stackalloc float[4], wz = stackalloc float[4];
        FindTaps(position.X, shape.Width, interpolation.X, ix, wx);
        FindTaps(position.Y, shape.Height, interpolation.Y, iy, wy);
        FindTaps(position.Z, shape.Depth, interpolation.Z, iz, wz);
        var sum = 0f;
        for (var c = 0; c < 4; c++)
        {
            for (var b = 0; b < 4; b++)
            {
                var row = ((iz[c] * shape.Height) + iy[b]) * shape.Width;
                var along = (voxels[row + ix[0]] * wx[0]) + (voxels[row + ix[1]] * wx[1])
                    + (voxels[row + ix[2]] * wx[2]) + (voxels[row + ix[3]] * wx[3]);
                sum += wz[c] * wy[b] * along;
            }
        }

        return sum;
    }

    private static void FindTaps(double position, int length, Interpolation interpolation, Span<int> indices, Span<float> weights)
    {
        if (interpolation != Interpolation.CubicSpline)
        {
            var (lower, upper, weight) = Around(position, length);
            weight = interpolation == Interpolation.Linear ? weight : NearestResampler.Closest(position, length) == lower ? 0 : 1;
            indices.Fill(lower);
            indices[1] = upper;
            weights.Clear();
            (weights[0], weights[1]) = (1 - weight, weight);
            return;
        }

        var floor = (int)Math.Floor(position);
        for (var tap = 0; tap < 4; tap++)
        {
            indices[tap] = AxisTaps.Mirror(floor - 1 + tap, length);
            weights[tap] = (float)CubicSpline.Weight(Math.Abs(position - floor + 1 - tap));
        }
    }
}
