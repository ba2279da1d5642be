namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Resamples onto a grid whose axes are parallel to the source's: rows of slices are blended, then voxels of rows.</summary>
internal static class SeparableResampler
{
    /// <summary>Values on the grid.</summary>
    /// <param name="source">The source, its axes in the grid's order and direction.</param>
    /// <param name="shape">Size of the grid.</param>
    /// <param name="map">From index in the grid to index in the source; diagonal.</param>
    /// <param name="interpolation">By axis of the grid.</param>
    /// <param name="parallelism">Bounds the threads.</param>
    /// <param name="reach">How far beyond the outermost voxels' centres the source reaches, in voxels.</param>
    /// <param name="outside">Value outside the source, by channel; asked for only where the grid reaches outside.</param>
    public static float[] Resample(
        Volume source, VolumeShape shape, AffineTransform map, AxisInterpolation interpolation, ParallelOptions parallelism, double reach, Func<float[]> outside)
    {
        var x = AxisTaps.Create(source.Shape.Width, shape.Width, map.Translation.X, map.A.X, interpolation.X, reach);
        var y = AxisTaps.Create(source.Shape.Height, shape.Height, map.Translation.Y, map.B.Y, interpolation.Y, reach);
        var z = AxisTaps.Create(source.Shape.Depth, shape.Depth, map.Translation.Z, map.C.Z, interpolation.Z, reach);
        var around = x.LeavesSource || y.LeavesSource || z.LeavesSource ? outside() : new float[shape.Channels];
        var planes = SourcePlanes.Of(source, interpolation, parallelism);
        var result = GC.AllocateUninitializedArray<float>(checked((int)shape.Count));

        // Neighbouring slices share source slices, so each thread takes a run of them.
        var runs = Math.Min(shape.Depth, 4 * Environment.ProcessorCount);
        Parallel.For(
            0,
            shape.Channels * runs,
            parallelism,
            () => new Worker(planes, x, y, z),
            (run, _, worker) =>
            {
                var (channel, part) = Math.DivRem(run, runs);
                var end = (int)((long)shape.Depth * (part + 1) / runs);
                for (var plane = (int)((long)shape.Depth * part / runs); plane < end; plane++)
                {
                    var offset = ((channel * shape.Depth) + plane) * shape.Height * shape.Width;
                    worker.Fill(channel, plane, result.AsSpan(offset, shape.Height * shape.Width), around[channel]);
                }

                return worker;
            },
            static _ => { });
        return result;
    }

    private sealed class Worker(SourcePlanes planes, AxisTaps x, AxisTaps y, AxisTaps z)
    {
        // Up to four rows are blended in one pass; more, slice by slice first.
        private readonly bool _blendsSlicesFirst = y.Width * z.Width > 4;
        private readonly SourcePlanes.Reader _reader = planes.Read();
        private readonly float[] _row = new float[planes.Width];
        private float[]? _slice;

        public void Fill(int channel, int outputZ, Span<float> output, float outside)
        {
            if (z.IsOutside[outputZ])
            {
                output.Fill(outside);
                return;
            }

            var slice = _blendsSlicesFirst ? BlendSlices(channel, outputZ) : default;
            for (var outputY = 0; outputY < y.IsOutside.Length; outputY++)
            {
                var target = output.Slice(outputY * x.IsOutside.Length, x.IsOutside.Length);
                if (y.IsOutside[outputY])
                {
                    target.Fill(outside);
                }
                else
                {
                    Sample(_blendsSlicesFirst ? BlendRows(slice, outputY) : BlendRows(channel, outputZ, outputY), target, outside);
                }
            }
        }

        private ReadOnlySpan<float> BlendSlices(int channel, int outputZ)
        {
            var first = outputZ * z.Width;
            _slice ??= new float[planes.Height * planes.Width];
            Blend(
                z.Width,
                _reader.Plane(channel, z.Indices[first]),
                _reader.Plane(channel, z.Indices[first + 1]),
                _reader.Plane(channel, z.Indices[first + (z.Width - 2)]),
                _reader.Plane(channel, z.Indices[first + (z.Width - 1)]),
                z.Weights.AsSpan(first, z.Width),
                _slice);
            return _slice;
        }

        private ReadOnlySpan<float> BlendRows(ReadOnlySpan<float> slice, int outputY)
        {
            var first = outputY * y.Width;
            Blend(
                y.Width,
                Row(slice, y.Indices[first]),
                Row(slice, y.Indices[first + 1]),
                Row(slice, y.Indices[first + (y.Width - 2)]),
                Row(slice, y.Indices[first + (y.Width - 1)]),
                y.Weights.AsSpan(first, y.Width),
                _row);
            return _row;
        }

        private ReadOnlySpan<float> BlendRows(int channel, int outputZ, int outputY)
        {
            // Taps count along z first, then along y; taps without weight are left out.
            Span<int> slices = stackalloc int[4], rows = stackalloc int[4];
            Span<float> weights = stackalloc float[4];
            var taps = 0;
            for (var tz = outputZ * z.Width; tz < (outputZ + 1) * z.Width; tz++)
            {
                for (var ty = outputY * y.Width; ty < (outputY + 1) * y.Width; ty++)
                {
                    var weight = z.Weights[tz] * y.Weights[ty];
                    if (weight != 0)
                    {
                        (slices[taps], rows[taps], weights[taps]) = (z.Indices[tz], y.Indices[ty], weight);
                        taps++;
                    }
                }
            }

            var only = Row(_reader.Plane(channel, slices[0]), rows[0]);
            if (taps == 1 && weights[0] == 1)
            {
                return only;
            }

            for (var tap = taps; tap < 4; tap++)
            {
                (slices[tap], rows[tap]) = (slices[0], rows[0]);
            }

            if (taps <= 2)
            {
                RowBlending.Blend(only, weights[0], Row(_reader.Plane(channel, slices[1]), rows[1]), weights[1], _row);
                return _row;
            }

            RowBlending.Blend(
                only,
                weights[0],
                Row(_reader.Plane(channel, slices[1]), rows[1]),
                weights[1],
                Row(_reader.Plane(channel, slices[2]), rows[2]),
                weights[2],
                Row(_reader.Plane(channel, slices[3]), rows[3]),
                weights[3],
                _row);
            return _row;
        }

        private ReadOnlySpan<float> Row(ReadOnlySpan<float> slice, int index) => slice.Slice(index * planes.Width, planes.Width);

        // Two taps are the first and second span, four taps all of them.
        private static void Blend(
            int taps, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, ReadOnlySpan<float> d, ReadOnlySpan<float> weights, Span<float> result)
        {
            if (taps == 2)
            {
                RowBlending.Blend(a, weights[0], b, weights[1], result);
            }
            else
            {
                RowBlending.Blend(a, weights[0], b, weights[1], c, weights[2], d, weights[3], result);
            }
        }

        private void Sample(ReadOnlySpan<float> row, Span<float> target, float outside)
        {
            if (x.IsIdentity)
            {
                row.CopyTo(target);
                return;
            }

            switch (x.Width)
            {
                case 1:
                    for (var i = 0; i < target.Length; i++)
                    {
                        target[i] = row[x.Indices[i]];
                    }

                    break;
                case 2:
                    RowBlending.SampleTwo(row, x.Indices, x.Weights, target);
                    break;
                default:
                    RowBlending.SampleFour(row, x.Indices, x.Weights, target);
                    break;
            }

            for (var i = 0; x.LeavesSource && i < target.Length; i++)
            {
                target[i] = x.IsOutside[i] ? outside : target[i];
            }
        }
    }
}
