using Microsoft.ML.MedicalSegmentation.Spatial;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

/// <summary>
/// Brings the outputs of a network from the grid of a resampled volume to that of the volume, slice by slice, by linear interpolation.
/// </summary>
/// <remarks>
/// Both grids fill the same field of view. Voxels beyond the outermost centres take the outermost value. Along the axis of thick slices, as
/// <see cref="ResamplingOptions.AnisotropyThreshold"/> defines it, a voxel takes the nearest value, as in nnU-Net v2. Results do not depend
/// on the number of threads.
/// </remarks>
internal sealed class SliceReturn
{
    private readonly VolumeShape _from;
    private readonly VolumeShape _to;
    private readonly int _channels;
    private readonly AxisReturn _z;
    private readonly AxisReturn _y;
    private readonly AxisReturn _x;
    private readonly ParallelOptions _parallel;
    private readonly float[] _result;
    private float[] _previous;
    private float[] _current;
    private int _next;

    /// <summary>Makes the tables of the axes.</summary>
    /// <param name="scored">The grid of the resampled volume.</param>
    /// <param name="grid">The grid of the volume, along the same axes.</param>
    /// <param name="channels">Outputs of the network.</param>
    /// <param name="options">How the volume was resampled: thick slices and threads.</param>
    /// <exception cref="ArgumentException">A slice would have more values than an array.</exception>
    public SliceReturn(OrientedGrid scored, OrientedGrid grid, int channels, ResamplingOptions options)
    {
        (_from, _to, _channels) = (scored.Shape, grid.Shape, channels);
        var count = (long)channels * _to.Height * _to.Width;
        if (count > Array.MaxLength)
        {
            throw new ArgumentException(
                $"A slice of {_to.Width} x {_to.Height} voxels with {channels} outputs has {count:N0} values; at most "
                    + $"{Array.MaxLength:N0} fit. Crop the volume."
            );
        }

        var coarse = options.AnisotropyThreshold is { } threshold
            ? AxisInterpolation.CoarseAxis(scored.Spacing, grid.Spacing, threshold)
            : null;
        AxisReturn Of(int axis, int from, int to, double fromSpacing, double toSpacing) =>
            new(from, to, toSpacing / fromSpacing, coarse == axis);
        _x = Of(0, _from.Width, _to.Width, scored.Spacing.X, grid.Spacing.X);
        _y = Of(1, _from.Height, _to.Height, scored.Spacing.Y, grid.Spacing.Y);
        _z = Of(2, _from.Depth, _to.Depth, scored.Spacing.Z, grid.Spacing.Z);
        _parallel = new() { MaxDegreeOfParallelism = options.MaximumThreads == 0 ? Environment.ProcessorCount : options.MaximumThreads };
        (_previous, _current, _result) = (new float[count], new float[count], new float[count]);
    }

    /// <summary>Takes a slice and gives the slices that lie between it and the one before, until the next is taken.</summary>
    /// <param name="z">Number of the slice, ascending from 0.</param>
    /// <param name="outputs">[output, height, width].</param>
    /// <returns>Number of each slice and its [output, height, width]; the array is used again for the next.</returns>
    public IEnumerable<(int Z, float[] Outputs)> Push(int z, float[] outputs)
    {
        (_previous, _current) = (_current, _previous);
        Parallel.For(0, _channels, _parallel, channel => Resize(outputs, channel));
        for (; _next < _to.Depth && _z.Second[_next] <= z; _next++)
        {
            if (_z.Fraction[_next] == 0)
            {
                yield return (_next, _current);
                continue;
            }

            Blend(_z.Fraction[_next]);
            yield return (_next, _result);
        }
    }

    private void Blend(float fraction)
        => Parallel.For(0, _channels, _parallel, channel =>
        {
            var (start, length) = (channel * _to.Height * _to.Width, _to.Height * _to.Width);
            AxisReturn.Blend(_previous.AsSpan(start, length), _current.AsSpan(start, length), fraction, _result.AsSpan(start, length));
        });

    // Rows are brought to the new width as they are needed; a pair of them is blended to each new row.
    private void Resize(float[] outputs, int channel)
    {
        var source = outputs.AsSpan(channel * _from.Height * _from.Width, _from.Height * _from.Width);
        var target = _current.AsSpan(channel * _to.Height * _to.Width, _to.Height * _to.Width);
        Span<float> rows = new float[2 * _to.Width];
        Span<int> held = [-1, -1];
        for (var y = 0; y < _to.Height; y++)
        {
            foreach (var row in (ReadOnlySpan<int>)[_y.First[y], _y.Second[y]])
            {
                if (held[row & 1] != row)
                {
                    _x.Gather(source.Slice(row * _from.Width, _from.Width), rows.Slice((row & 1) * _to.Width, _to.Width));
                    held[row & 1] = row;
                }
            }

            var one = rows.Slice((_y.First[y] & 1) * _to.Width, _to.Width);
            var other = rows.Slice((_y.Second[y] & 1) * _to.Width, _to.Width);
            AxisReturn.Blend(one, other, _y.Fraction[y], target.Slice(y * _to.Width, _to.Width));
        }
    }
}
