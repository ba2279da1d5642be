using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

namespace Microsoft.ML.MedicalSegmentation.Explanation;

/// <summary>A map of a whole volume, put together from those of its tiles, which are blended where they overlap.</summary>
/// <remarks>The middle of a tile counts most (<see cref="TileWeights"/>), as when the model is scored.</remarks>
internal sealed class TiledMap
{
    private readonly Volume _volume;
    private readonly OrientedGrid _grid;
    private readonly SlidingWindow _window;
    private readonly VolumeShape _patch;
    private readonly float[] _sums;

    /// <param name="volume">The image.</param>
    /// <param name="grid">The image as the network sees it.</param>
    /// <param name="window">Its tiles.</param>
    /// <param name="patch">The size of a tile.</param>
    public TiledMap(Volume volume, OrientedGrid grid, SlidingWindow window, VolumeShape patch)
    {
        (_volume, _grid, _window, _patch) = (volume, grid, window, patch);
        _sums = new float[volume.Shape.ChannelCount];
    }

    /// <summary>Adds a tile.</summary>
    /// <param name="values">[depth, height, width] of the patch.</param>
    /// <param name="weights">How much each of them counts.</param>
    /// <param name="origin">Where the tile begins.</param>
    public void Add(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, TileOrigin origin)
    {
        var size = _grid.Shape;
        for (var z = Math.Max(0, -origin.Z); z < Math.Min(_patch.Depth, size.Depth - origin.Z); z++)
        {
            for (var y = Math.Max(0, -origin.Y); y < Math.Min(_patch.Height, size.Height - origin.Y); y++)
            {
                var row = ((z * _patch.Height) + y) * _patch.Width;
                for (var x = Math.Max(0, -origin.X); x < Math.Min(_patch.Width, size.Width - origin.X); x++)
                {
                    _sums[_grid.Offset(origin.Z + z, origin.Y + y, origin.X + x)] += values[row + x] * weights[row + x];
                }
            }
        }
    }

    /// <summary>The map, in the volume's own order and geometry. The tiles must all have been added.</summary>
    public Volume<float> ToVolume()
    {
        var size = _grid.Shape;
        var z = TileWeights.SumOverTiles(size.Depth, _patch.Depth, _window.Depths);
        var y = TileWeights.SumOverTiles(size.Height, _patch.Height, _window.Heights);
        var x = TileWeights.SumOverTiles(size.Width, _patch.Width, _window.Widths);
        for (var d = 0; d < size.Depth; d++)
        {
            for (var h = 0; h < size.Height; h++)
            {
                for (var w = 0; w < size.Width; w++)
                {
                    _sums[_grid.Offset(d, h, w)] /= (float)(z[d] * y[h] * x[w]);
                }
            }
        }

        return Volume.Create(_sums, _volume.Shape.WithChannels(1), _volume.Geometry);
    }
}
