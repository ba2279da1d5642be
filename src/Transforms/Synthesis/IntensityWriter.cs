using System.Numerics.Tensors;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>Turns blended slices into intensities in the target's unit on the volume's own grid.</summary>
internal sealed class IntensityWriter
{
    private readonly Volume _volume;
    private readonly OrientedGrid _grid;
    private readonly SynthesisModelInfo _info;
    private readonly double[] _weightsZ;
    private readonly double[] _weightsY;
    private readonly double[] _weightsX;
    private readonly float[] _values;
    private readonly float[] _row;
    private readonly float[] _weights;

    /// <exception cref="ArgumentException">Channels times voxels are more than one volume holds.</exception>
    public IntensityWriter(Volume volume, OrientedGrid grid, SynthesisModelInfo info, SlidingWindow window)
    {
        _volume = volume;
        _grid = grid;
        _info = info;
        _weightsZ = TileWeights.SumOverTiles(grid.Shape.Depth, info.Patch.Depth, window.Depths);
        _weightsY = TileWeights.SumOverTiles(grid.Shape.Height, info.Patch.Height, window.Heights);
        _weightsX = TileWeights.SumOverTiles(grid.Shape.Width, info.Patch.Width, window.Widths);
        var shape = volume.Shape.WithChannels(info.OutputChannels);
        if (shape.Count > VolumeShape.MaximumCount)
        {
            throw new ArgumentException(
                $"{info.OutputChannels} channels over {volume.Shape.WithChannels(1)} voxels are {shape.Count:N0} numbers; one "
                    + $"volume holds {VolumeShape.MaximumCount:N0}. Crop the volume."
            );
        }

        _values = LargeArray.Allocate<float>((int)shape.Count);
        _row = new float[grid.Shape.Width];
        _weights = new float[grid.Shape.Width];
    }

    /// <summary>Writes a slice.</summary>
    public void Write(int z, BlendingSlab slab)
    {
        var width = _grid.Shape.Width;
        for (var y = 0; y < _grid.Shape.Height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                _weights[x] = (float)(_weightsZ[z] * _weightsY[y] * _weightsX[x]);
            }

            for (var channel = 0; channel < _info.OutputChannels; channel++)
            {
                TensorPrimitives.Divide(slab.Slice(channel, z).Slice(y * width, width), _weights, _row);
                if (channel < _info.Targets.Count)
                {
                    var (_, offset, scale) = _info.Targets[channel];
                    TensorPrimitives.Multiply(_row, (float)scale, _row);
                    TensorPrimitives.Add(_row, (float)offset, _row);
                }

                Store(z, y, channel);
            }
        }
    }

    /// <summary>The synthesised channels; every slice must have been written.</summary>
    public Volume<float> ToVolume() => Part(0, _info.Targets.Count);

    /// <summary>The difficulty, 0 to 1; null for a model without it.</summary>
    public Volume<float>? ToDifficulty() => _info.HasDifficulty ? Part(_info.Targets.Count, 1) : null;

    private Volume<float> Part(int channel, int count)
    {
        var voxels = (int)_volume.Shape.ChannelCount;
        return new(
            _values.AsMemory(channel * voxels, count * voxels),
            _volume.Shape.WithChannels(count),
            _volume.Geometry,
            VoxelScaling.Identity,
            null
        );
    }

    private void Store(int z, int y, int channel)
    {
        var target = _values.AsSpan(channel * (int)_volume.Shape.ChannelCount, (int)_volume.Shape.ChannelCount);
        var (offset, step) = (_grid.Offset(z, y, 0), _grid.Steps[0]);
        if (step == 1)
        {
            _row.CopyTo(target[offset..]);
            return;
        }

        for (var x = 0; x < _row.Length; x++, offset += step)
        {
            target[offset] = _row[x];
        }
    }
}
