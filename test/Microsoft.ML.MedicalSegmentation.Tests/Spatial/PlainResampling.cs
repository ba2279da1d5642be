namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>Resampling as a textbook writes it: voxel by voxel, in double precision, everything in memory.</summary>
internal static class PlainResampling
{
    /// <summary>Values of one channel on a grid.</summary>
    /// <param name="source">Any type and scaling.</param>
    /// <param name="channel">Of the source.</param>
    /// <param name="shape">Size of the grid.</param>
    /// <param name="geometry">Of the grid.</param>
    /// <param name="along">Interpolation along the source's x, y and z.</param>
    /// <param name="outside">Value of voxels more than half a voxel outside.</param>
    public static double[] Values(
        Volume source,
        int channel,
        VolumeShape shape,
        VolumeGeometry geometry,
        Interpolation[] along,
        double outside
    )
    {
        var sizes = Sizes(source.Shape);
        var values = Enumerable.Range(0, (int)source.Shape.ChannelCount)
            .Select(i => source.GetValue(channel, i / sizes[0] / sizes[1], i / sizes[0] % sizes[1], i % sizes[0])).ToArray();
        for (var axis = 0; axis < 3; axis++)
        {
            if (along[axis] == Interpolation.CubicSpline && sizes[axis] > 1)
            {
                Filter(values, sizes[axis], axis == 0 ? 1 : axis == 1 ? sizes[0] : sizes[0] * sizes[1]);
            }
        }

        return ForEach(source, shape, geometry, position => IsOutside(position, sizes) ? outside : Blend(values, sizes, position, along));
    }

    /// <summary>Labels on a grid: by the sums of the linear weights, the smaller of two that are equal.</summary>
    public static int[] Labels(LabelVolume source, VolumeShape shape, VolumeGeometry geometry, int? coarse)
    {
        var sizes = Sizes(source.Shape);
        return ForEach(source.Voxels, shape, geometry, position =>
        {
            if (IsOutside(position, sizes))
            {
                return 0;
            }

            var sums = new SortedDictionary<int, double>();
            var taps = Enumerable
                .Range(0, 3)
                .Select(axis => Taps(position[axis], sizes[axis], axis == coarse ? Interpolation.Nearest : Interpolation.Linear))
                .ToArray();
            foreach (var (x, wx) in taps[0])
            {
                foreach (var (y, wy) in taps[1])
                {
                    foreach (var (z, wz) in taps[2])
                    {
                        sums[source[z, y, x]] = sums.GetValueOrDefault(source[z, y, x]) + (wx * wy * wz);
                    }
                }
            }

            // The library works in single precision, and so takes what differs less for equal.
            var best = sums.Values.Max();
            return sums.First(sum => sum.Value > best - 1e-6).Key;
        });
    }

    private static int[] Sizes(VolumeShape shape) => [shape.Width, shape.Height, shape.Depth];

    private static T[] ForEach<T>(Volume source, VolumeShape shape, VolumeGeometry geometry, Func<Vector3D, T> value)
    {
        var map = source.Geometry.WorldToIndex.Compose(geometry.IndexToWorld);
        return [.. Enumerable.Range(0, (int)shape.ChannelCount)
            .Select(i => value(map.Apply(new(i % shape.Width, i / shape.Width % shape.Height, i / shape.Width / shape.Height))))];
    }

    private static bool IsOutside(Vector3D position, int[] sizes)
        => Enumerable.Range(0, 3).Any(axis => position[axis] < -0.5 - 1e-6 || position[axis] > sizes[axis] - 0.5 + 1e-6);

    private static double Blend(double[] values, int[] sizes, Vector3D position, Interpolation[] along)
    {
        var taps = Enumerable.Range(0, 3).Select(axis => Taps(position[axis], sizes[axis], along[axis])).ToArray();
        var sum = 0.0;
        foreach (var (x, wx) in taps[0])
        {
            foreach (var (y, wy) in taps[1])
            {
                foreach (var (z, wz) in taps[2])
                {
                    sum += wx * wy * wz * values[(((z * sizes[1]) + y) * sizes[0]) + x];
                }
            }
        }

        return sum;
    }

    private static List<(int Index, double Weight)> Taps(double position, int length, Interpolation interpolation)
    {
        if (interpolation == Interpolation.Nearest)
        {
            return [(Math.Clamp((int)Math.Floor(position + 0.5 + 1e-9), 0, length - 1), 1)];
        }

        position = interpolation == Interpolation.Linear ? Math.Clamp(position, 0, length - 1) : position;
        var floor = (int)Math.Floor(position);
        return interpolation == Interpolation.Linear
            ? [(floor, 1 - position + floor), (Math.Min(floor + 1, length - 1), position - floor)]
            : [.. Enumerable.Range(floor - 1, 4).Select(i => (Mirror(i, length), BSpline(Math.Abs(position - i))))];
    }

    private static double BSpline(double x) => x < 1 ? (2.0 / 3) - (x * x) + (x * x * x / 2) : x < 2 ? (2 - x) * (2 - x) * (2 - x) / 6 : 0;

    private static int Mirror(int index, int length)
    {
        while (length > 1 && (index < 0 || index >= length))
        {
            index = index < 0 ? -index : (2 * (length - 1)) - index;
        }

        return length > 1 ? index : 0;
    }

    // Coefficients c with c[i-1] + 4 c[i] + c[i+1] = 6 f[i], mirrored at both ends; solved by elimination.
    private static void Filter(double[] values, int count, int stride)
    {
        for (var start = 0; start < values.Length; start++)
        {
            if (start / stride % count != 0)
            {
                continue;
            }

            var (upper, right) = (new double[count], new double[count]);
            for (var i = 0; i < count; i++)
            {
                var (below, above) = (i == 0 ? 0.0 : i == count - 1 ? 2 : 1, i == 0 ? 2.0 : i == count - 1 ? 0 : 1);
                var pivot = 4 - (i == 0 ? 0 : below * upper[i - 1]);
                upper[i] = above / pivot;
                right[i] = ((6 * values[start + (i * stride)]) - (i == 0 ? 0 : below * right[i - 1])) / pivot;
            }

            for (var i = count - 1; i >= 0; i--)
            {
                right[i] -= i == count - 1 ? 0 : upper[i] * right[i + 1];
                values[start + (i * stride)] = right[i];
            }
        }
    }
}
