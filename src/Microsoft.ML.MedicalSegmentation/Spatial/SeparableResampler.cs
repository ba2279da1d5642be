using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Resamples onto a grid whose axes are parallel to the source's: slices, then rows, then voxels are blended.</summary>
internal static class SeparableResampler
{
    /// <summary>Values on the grid.</summary>
    /// <param name="source">The source, its axes in the grid's order and direction.</param>
    /// <param name="shape">Size of the grid.</param>
    /// <param name="map">From index in the grid to index in the source; diagonal.</param>
    /// <param name="interpolation">By axis of the grid.</param>
    /// <param name="parallelism">Bounds the threads.</param>
    /// <param name="reach">How far beyond the outermost voxels' centres the source reaches, in voxels.</param>
    /// <param name="outside">Value outside the source, by channel.</param>
    public static float[] Resample(
        Volume source, VolumeShape shape, AffineTransform map, AxisInterpolation interpolation, ParallelOptions parallelism, double reach, float[] outside)
    {
        var x = AxisTaps.Create(source.Shape.Width, shape.Width, map.Translation.X, map.A.X, interpolation.X, reach);
        var y = AxisTaps.Create(source.Shape.Height, shape.Height, map.Translation.Y, map.B.Y, interpolation.Y, reach);
        var z = AxisTaps.Create(source.Shape.Depth, shape.Depth, map.Translation.Z, map.C.Z, interpolation.Z, reach);
        var planes = SourcePlanes.Of(source, interpolation, parallelism);
        var result = GC.AllocateUninitializedArray<float>(checked((int)shape.Count));

        // Neighbouring slices share source slices, so each thread takes a run of them.
        var runs = Math.Min(shape.Depth, 4 * Environment.ProcessorCount);
        Parallel.For(0, shape.Channels * runs, parallelism, run =>
        {
            var (channel, part) = Math.DivRem(run, runs);
            var worker = new Worker(planes, channel, x, y, z, outside[channel]);
            for (var plane = shape.Depth * part / runs; plane < shape.Depth * (part + 1) / runs; plane++)
            {
                var offset = ((channel * shape.Depth) + plane) * shape.Height * shape.Width;
                worker.Fill(plane, result.AsSpan(offset, shape.Height * shape.Width));
            }
        });
        return result;
    }

    private sealed class Worker(SourcePlanes planes, int channel, AxisTaps x, AxisTaps y, AxisTaps z, float outside)
    {
        private readonly SourcePlanes.Reader _reader = planes.Read(channel);
        private readonly float[] _plane = new float[planes.Height * planes.Width];
        private readonly float[] _row = new float[planes.Width];

        public void Fill(int outputZ, Span<float> output)
        {
            var width = x.IsOutside.Length;
            if (z.IsOutside[outputZ])
            {
                output.Fill(outside);
                return;
            }

            var plane = BlendPlanes(outputZ);
            for (var outputY = 0; outputY < y.IsOutside.Length; outputY++)
            {
                var target = output.Slice(outputY * width, width);
                if (y.IsOutside[outputY])
                {
                    target.Fill(outside);
                }
                else
                {
                    SampleRow(BlendRows(plane, outputY), target);
                }
            }
        }

        private ReadOnlySpan<float> BlendPlanes(int outputZ)
        {
            var first = outputZ * z.Width;
            if (z.Width == 1 || z.Weights[first] == 1)
            {
                return _reader.Plane(z.Indices[first]);
            }

            TensorPrimitives.Multiply(_reader.Plane(z.Indices[first]), z.Weights[first], _plane);
            for (var tap = first + 1; tap < first + z.Width; tap++)
            {
                TensorPrimitives.MultiplyAdd(_reader.Plane(z.Indices[tap]), z.Weights[tap], _plane, _plane);
            }

            return _plane;
        }

        private ReadOnlySpan<float> BlendRows(ReadOnlySpan<float> plane, int outputY)
        {
            var first = outputY * y.Width;
            ReadOnlySpan<float> Row(ReadOnlySpan<float> all, int index) => all.Slice(index * _row.Length, _row.Length);
            if (y.Width == 1 || y.Weights[first] == 1)
            {
                return Row(plane, y.Indices[first]);
            }

            TensorPrimitives.Multiply(Row(plane, y.Indices[first]), y.Weights[first], _row);
            for (var tap = first + 1; tap < first + y.Width; tap++)
            {
                TensorPrimitives.MultiplyAdd(Row(plane, y.Indices[tap]), y.Weights[tap], _row, _row);
            }

            return _row;
        }

        private void SampleRow(ReadOnlySpan<float> row, Span<float> target)
        {
            var (indices, weights) = (x.Indices, x.Weights);
            if (x.IsIdentity)
            {
                row.CopyTo(target);
                return;
            }

            if (x.Width == 2)
            {
                for (int i = 0, tap = 0; i < target.Length; i++, tap += 2)
                {
                    target[i] = (row[indices[tap]] * weights[tap]) + (row[indices[tap + 1]] * weights[tap + 1]);
                }
            }
            else
            {
                for (var i = 0; i < target.Length; i++)
                {
                    var sum = 0f;
                    for (var tap = i * x.Width; tap < (i + 1) * x.Width; tap++)
                    {
                        sum += row[indices[tap]] * weights[tap];
                    }

                    target[i] = sum;
                }
            }

            for (var i = 0; i < target.Length; i++)
            {
                if (x.IsOutside[i])
                {
                    target[i] = outside;
                }
            }
        }
    }
}
