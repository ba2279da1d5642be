using System.Numerics.Tensors;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

/// <summary>
/// Turns blended slices into probabilities on the volume's own grid, one channel per class, or into their doubt, one channel.
/// </summary>
internal sealed class ProbabilityWriter
{
    private readonly Volume _volume;
    private readonly OrientedGrid _grid;
    private readonly SegmentationModelInfo _info;
    private readonly float[] _probabilities;
    private readonly float[][] _rows;
    private readonly float[] _scratch;
    private readonly bool _isDoubt;
    private readonly float[] _all;

    /// <param name="volume">Gives the grid.</param>
    /// <param name="grid">The same as the network sees it.</param>
    /// <param name="info">Classes and activation.</param>
    /// <param name="isDoubt">True for doubt in the place of probabilities.</param>
    /// <exception cref="InputDataException">Classes times voxels are more than one volume holds.</exception>
    public ProbabilityWriter(Volume volume, OrientedGrid grid, SegmentationModelInfo info, bool isDoubt)
    {
        _isDoubt = isDoubt;
        _volume = volume;
        _grid = grid;
        _info = info;
        var shape = volume.Shape.WithChannels(isDoubt ? 1 : info.Classes.Count);
        if (shape.Count > VolumeShape.MaximumCount)
        {
            throw new InputDataException(
                $"Probabilities of {info.Classes.Count} classes over {volume.Shape.WithChannels(1)} voxels are {shape.Count:N0} "
                    + $"numbers; one volume holds {VolumeShape.MaximumCount:N0}. Leave the probabilities out, or crop the volume."
            );
        }

        _probabilities = LargeArray.Allocate<float>((int)shape.Count);
        _rows = [.. info.Classes.Select(_ => new float[grid.Shape.Width])];
        _scratch = new float[grid.Shape.Width];
        _all = new float[isDoubt ? info.Classes.Count * grid.Shape.Width : 0];
    }

    /// <summary>Writes a slice of sums.</summary>
    /// <param name="z">The slice.</param>
    /// <param name="slab">Sums of tiles.</param>
    /// <param name="weights">Sums of their weights.</param>
    public void Write(int z, BlendingSlab slab, TileWeightSums weights)
    {
        var width = _grid.Shape.Width;
        for (var y = 0; y < _grid.Shape.Height; y++)
        {
            var sums = weights.Row(z, y);
            for (var channel = 0; channel < _info.OutputChannels; channel++)
            {
                TensorPrimitives.Divide(slab.Slice(channel, z).Slice(y * width, width), sums, _rows[channel]);
            }

            WriteRow(z, y);
        }
    }

    /// <summary>Writes a slice of means.</summary>
    /// <param name="z">The slice.</param>
    /// <param name="means">[output, height, width].</param>
    public void Write(int z, ReadOnlySpan<float> means)
    {
        var (width, plane) = (_grid.Shape.Width, _grid.Shape.Height * _grid.Shape.Width);
        for (var y = 0; y < _grid.Shape.Height; y++)
        {
            for (var channel = 0; channel < _info.OutputChannels; channel++)
            {
                means.Slice((channel * plane) + (y * width), width).CopyTo(_rows[channel]);
            }

            WriteRow(z, y);
        }
    }

    /// <summary>The probabilities or their doubt; every slice must have been written.</summary>
    public Volume<float> ToVolume()
        => Volume.Create(_probabilities, _volume.Shape.WithChannels(_isDoubt ? 1 : _info.Classes.Count), _volume.Geometry);

    private void WriteRow(int z, int y)
    {
        Activate();
        if (_isDoubt)
        {
            foreach (var (channel, row) in _rows.Index())
            {
                row.CopyTo(_all, channel * row.Length);
            }

            Doubt.Measure(_all, _rows.Length, hasRegions: false, _scratch);
            Store(z, y, channel: 0, _scratch);
            return;
        }

        for (var channel = 0; channel < _rows.Length; channel++)
        {
            Store(z, y, channel, _rows[channel]);
        }
    }

    private void Activate()
    {
        switch (_info.Activation)
        {
            case OutputActivation.Sigmoid:
                TensorPrimitives.Sigmoid<float>(_rows[0], _rows[1]);
                TensorPrimitives.Subtract(1f, _rows[1], _rows[0]);
                break;
            case OutputActivation.Softmax:
                SoftmaxOverRows();
                break;
        }
    }

    private void SoftmaxOverRows()
    {
        // The largest logit is taken off first, so that no exponential overflows.
        _rows[0].CopyTo(_scratch, 0);
        foreach (var row in _rows)
        {
            TensorPrimitives.Max<float>(_scratch, row, _scratch);
        }

        foreach (var row in _rows)
        {
            TensorPrimitives.Subtract(row, _scratch, row);
            TensorPrimitives.Exp<float>(row, row);
        }

        _scratch.AsSpan().Clear();
        foreach (var row in _rows)
        {
            TensorPrimitives.Add(_scratch, row, _scratch);
        }

        foreach (var row in _rows)
        {
            TensorPrimitives.Divide(row, _scratch, row);
        }
    }

    private void Store(int z, int y, int channel, float[] row)
    {
        var target = _probabilities.AsSpan(channel * (int)_volume.Shape.ChannelCount, (int)_volume.Shape.ChannelCount);
        var step = _grid.Steps[0];
        var offset = _grid.Offset(z, y, 0);
        if (step == 1)
        {
            row.CopyTo(target[offset..]);
            return;
        }

        for (var x = 0; x < row.Length; x++, offset += step)
        {
            target[offset] = row[x];
        }
    }
}
