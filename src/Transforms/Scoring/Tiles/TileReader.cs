namespace Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

/// <summary>Copies tiles of a volume, as the network's orientation sees it, into the network's input.</summary>
internal sealed class TileReader
{
    private readonly Volume _volume;
    private readonly OrientedGrid _grid;
    private readonly VolumeShape _patch;
    private readonly float[] _run;

    public TileReader(Volume volume, OrientedGrid grid, VolumeShape patch)
    {
        _volume = volume;
        _grid = grid;
        _patch = patch;
        _run = new float[Math.Max(patch.Width, Math.Max(patch.Height, patch.Depth))];
    }

    /// <summary>Fills <paramref name="tile"/>, [channel, depth, height, width]; zero outside the volume.</summary>
    public void Read(TileOrigin origin, Span<float> tile)
    {
        // By axis x, y, z: where the tile meets the volume, in the tile's own voxels, and the tile's step in memory.
        Span<int> first = [origin.X, origin.Y, origin.Z];
        Span<int> patch = [_patch.Width, _patch.Height, _patch.Depth];
        Span<int> size = [_grid.Shape.Width, _grid.Shape.Height, _grid.Shape.Depth];
        Span<int> stride = [1, _patch.Width, _patch.Width * _patch.Height];
        Span<int> start = stackalloc int[3], end = stackalloc int[3];
        for (var axis = 0; axis < 3; axis++)
        {
            start[axis] = Math.Max(0, -first[axis]);
            end[axis] = Math.Min(patch[axis], size[axis] - first[axis]);
        }

        if (start.ContainsAnyExcept(0) || !end.SequenceEqual(patch))
        {
            tile.Clear();
        }

        // The volume is read in runs along the axis that is contiguous in its memory, whichever that is here.
        var along = _grid.ContiguousAxis;
        var (inner, outer) = along == 0 ? (1, 2) : along == 1 ? (0, 2) : (0, 1);
        var length = end[along] - start[along];
        var backwards = _grid.Steps[along] < 0;
        Span<int> index = stackalloc int[3];
        for (var channel = 0; channel < _patch.Channels; channel++)
        {
            var channelStart = channel * _volume.Shape.ChannelCount;
            var target = tile.Slice(channel * (int)_patch.ChannelCount, (int)_patch.ChannelCount);
            for (var o = start[outer]; o < end[outer]; o++)
            {
                for (var i = start[inner]; i < end[inner]; i++)
                {
                    (index[outer], index[inner]) = (o, i);
                    index[along] = backwards ? end[along] - 1 : start[along];
                    var source = channelStart + _grid.Offset(first[2] + index[2], first[1] + index[1], first[0] + index[0]);
                    index[along] = start[along];
                    var offset = (index[2] * stride[2]) + (index[1] * stride[1]) + index[0];
                    CopyRun(source, length, backwards, target[offset..], stride[along]);
                }
            }
        }
    }

    private void CopyRun(long source, int length, bool backwards, Span<float> target, int stride)
    {
        var run = stride == 1 ? target[..length] : _run.AsSpan(0, length);
        _volume.CopyValues(source, run);
        if (backwards)
        {
            run.Reverse();
        }

        if (stride != 1)
        {
            for (var i = 0; i < length; i++)
            {
                target[i * stride] = run[i];
            }
        }
    }
}
