namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The exact distance of every voxel to the nearest marked one.</summary>
/// <remarks>
/// Along each axis in turn, the lower envelope of parabolas: time grows with the number of voxels alone.
/// Felzenszwalb and Huttenlocher 2012, Distance Transforms of Sampled Functions, https://doi.org/10.4086/toc.2012.v008a019.
/// </remarks>
internal static class DistanceTransform
{
    /// <summary>Replaces a field that is 0 at marked voxels and infinite elsewhere by squared distances; infinite where nothing is marked.</summary>
    /// <param name="field">[depth, height, width], width fastest.</param>
    /// <param name="sizes">Depth, height, width.</param>
    /// <param name="spacing">Distance of voxels along depth, height and width.</param>
    public static void SquaredDistances(Span<double> field, (int Depth, int Height, int Width) sizes, (double Depth, double Height, double Width) spacing)
    {
        var envelope = new Envelope(Math.Max(sizes.Depth, Math.Max(sizes.Height, sizes.Width)));
        var plane = sizes.Height * sizes.Width;
        for (var line = 0; line < sizes.Depth * sizes.Height; line++)
        {
            envelope.Apply(field, line * sizes.Width, step: 1, sizes.Width, spacing.Width);
        }

        for (var z = 0; z < sizes.Depth; z++)
        {
            for (var x = 0; x < sizes.Width; x++)
            {
                envelope.Apply(field, (z * plane) + x, sizes.Width, sizes.Height, spacing.Height);
            }
        }

        for (var line = 0; line < plane; line++)
        {
            envelope.Apply(field, line, plane, sizes.Depth, spacing.Depth);
        }
    }

    // Each position of a line lifts a parabola by its value; their minimum is the line's transform.
    private sealed class Envelope(int longest)
    {
        private readonly double[] _values = new double[longest];
        private readonly int[] _apexes = new int[longest];
        private readonly double[] _starts = new double[longest]; // where a parabola becomes the lowest, in units of the spacing

        public void Apply(Span<double> field, int start, int step, int length, double spacing)
        {
            var unit = spacing * spacing;
            var count = 0;
            for (var at = 0; at < length; at++)
            {
                _values[at] = field[start + (at * step)] / unit;
                if (double.IsPositiveInfinity(_values[at]))
                {
                    continue;
                }

                var from = double.NegativeInfinity;
                while (count > 0 && (from = Crossing(_apexes[count - 1], at)) <= _starts[count - 1])
                {
                    count--;
                }

                _apexes[count] = at;
                _starts[count] = count == 0 ? double.NegativeInfinity : from;
                count++;
            }

            for (int at = 0, lowest = 0; at < length && count > 0; at++)
            {
                while (lowest + 1 < count && _starts[lowest + 1] < at)
                {
                    lowest++;
                }

                var distance = (double)(at - _apexes[lowest]);
                field[start + (at * step)] = ((distance * distance) + _values[_apexes[lowest]]) * unit;
            }
        }

        private double Crossing(int left, int right) =>
            (_values[right] - _values[left] + ((double)right * right) - ((double)left * left)) / (2.0 * (right - left));
    }
}
