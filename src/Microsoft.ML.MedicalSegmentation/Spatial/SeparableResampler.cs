using System.Buffers;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>Resamples onto a grid whose axes are parallel to the source's: rows of slices are blended, then voxels of rows.</summary>
/// <remarks>
/// For splines, a slice of the grid is blended of values along z first, and only that slice is filtered along x and y: no coefficients of
/// the whole source are ever in memory. A voxel that is NaN or infinite spoils, in linear interpolation, what it is blended into; in a
/// spline, the slices within <see cref="CubicSpline.Horizon"/> of it.
/// </remarks>
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
        Volume source,
        VolumeShape shape,
        AffineTransform map,
        AxisInterpolation interpolation,
        ParallelOptions parallelism,
        double reach,
        Func<float[]> outside
    )
    {
        var x = AxisTaps.Create(source.Shape.Width, shape.Width, map.Translation.X, map.A.X, interpolation.X, reach);
        var y = AxisTaps.Create(source.Shape.Height, shape.Height, map.Translation.Y, map.B.Y, interpolation.Y, reach);
        var z = AxisTaps.Create(source.Shape.Depth, shape.Depth, map.Translation.Z, map.C.Z, interpolation.Z, reach, splineOfValues: true);
        var around = x.LeavesSource || y.LeavesSource || z.LeavesSource ? outside() : new float[shape.Channels];
        var planes = SourcePlanes.Of(source);
        var result = LargeArray.Allocate<float>(checked((int)shape.Count));

        // Neighbouring slices share source slices, so each thread takes a run of them.
        var runs = Math.Min(shape.Depth, 4 * Environment.ProcessorCount);
        Parallel.For(
            0,
            shape.Channels * runs,
            parallelism,
            () => new Worker(planes, x, y, z, interpolation),
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
            static worker => worker.Dispose());
        return result;
    }

    private sealed class Worker(SourcePlanes planes, AxisTaps x, AxisTaps y, AxisTaps z, AxisInterpolation interpolation) : IDisposable
    {
        private readonly SourcePlanes.Reader _reader = planes.Read();
        private readonly float[] _row = new float[planes.Width];
        private readonly float[] _startX = CubicSpline.StartWeights(planes.Width);
        private readonly float[] _startY = CubicSpline.StartWeights(planes.Height);
        private float[] _slice = [];
        private (int Channel, int Z)? _inSlice;

        public void Dispose()
        {
            if (_slice.Length > 0)
            {
                ArrayPool<float>.Shared.Return(_slice);
                _slice = [];
            }
        }

        public void Fill(int channel, int outputZ, Span<float> output, float outside)
        {
            if (z.IsOutside[outputZ])
            {
                output.Fill(outside);
                return;
            }

            var slice = interpolation.HasSpline ? FilteredSlice(channel, outputZ) : default;
            for (var outputY = 0; outputY < y.IsOutside.Length; outputY++)
            {
                var target = output.Slice(outputY * x.IsOutside.Length, x.IsOutside.Length);
                if (y.IsOutside[outputY])
                {
                    target.Fill(outside);
                }
                else
                {
                    Sample(interpolation.HasSpline ? BlendRows(slice, outputY) : BlendRows(channel, outputZ, outputY), target, outside);
                }
            }
        }

        // A slice of values at the grid's depth, turned into coefficients along x and y where those are splines.
        private ReadOnlySpan<float> FilteredSlice(int channel, int outputZ)
        {
            var (size, first) = (planes.Height * planes.Width, outputZ * z.Width);
            if (_inSlice is { } kept && kept.Channel == channel && z.BlendAlike(kept.Z, outputZ))
            {
                return _slice.AsSpan(0, size);
            }

            _slice = _slice.Length > 0 ? _slice : ArrayPool<float>.Shared.Rent(size);
            _inSlice = (channel, outputZ);
            var slice = _slice.AsSpan(0, size);
            _reader.Blend(channel, z.Indices.AsSpan(first, z.Width), z.Weights.AsSpan(first, z.Width), slice);
            if (interpolation.X == Interpolation.CubicSpline)
            {
                CubicSpline.FilterEachRow(slice, _startX, planes.Width);
            }

            if (interpolation.Y == Interpolation.CubicSpline)
            {
                CubicSpline.FilterRows(slice, _startY, planes.Height, planes.Width, planes.Width);
            }

            return slice;
        }

        private ReadOnlySpan<float> BlendRows(ReadOnlySpan<float> slice, int outputY)
        {
            var indices = y.Indices.AsSpan(outputY * y.Width, y.Width);
            var weights = y.Weights.AsSpan(outputY * y.Width, y.Width);
            switch (y.Width)
            {
                case 1:
                    return Row(slice, indices[0]);
                case 2:
                    RowBlending.Blend(Row(slice, indices[0]), weights[0], Row(slice, indices[1]), weights[1], _row);
                    return _row;
                default:
                    RowBlending.Blend(
                        Row(slice, indices[0]),
                        weights[0],
                        Row(slice, indices[1]),
                        weights[1],
                        Row(slice, indices[2]),
                        weights[2],
                        Row(slice, indices[3]),
                        weights[3],
                        _row
                    );
                    return _row;
            }
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
