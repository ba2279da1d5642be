using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

/// <summary>Turns blended slices into probabilities on the volume's own grid, one channel per class.</summary>
internal sealed class ProbabilityWriter
{
    private readonly Volume _volume;
    private readonly OrientedGrid _grid;
    private readonly SegmentationModelInfo _info;
    private readonly double[] _weightsZ;
    private readonly double[] _weightsY;
    private readonly double[] _weightsX;
    private readonly float[] _probabilities;
    private readonly float[][] _rows;
    private readonly float[] _scratch;

    /// <param name="volume">Gives the grid.</param>
    /// <param name="grid">The same as the network sees it.</param>
    /// <param name="info">Classes and activation.</param>
    /// <param name="window">The tiles that were blended; null where each voxel comes from one tile.</param>
    /// <exception cref="ArgumentException">Classes times voxels are more than one volume holds.</exception>
    public ProbabilityWriter(Volume volume, OrientedGrid grid, SegmentationModelInfo info, SlidingWindow? window)
    {
        _volume = volume;
        _grid = grid;
        _info = info;
        _weightsZ = Weights(grid.Shape.Depth, info.Patch.Depth, window?.Depths);
        _weightsY = Weights(grid.Shape.Height, info.Patch.Height, window?.Heights);
        _weightsX = Weights(grid.Shape.Width, info.Patch.Width, window?.Widths);
        var shape = volume.Shape.WithChannels(info.Classes.Count);
        if (shape.Count > VolumeShape.MaximumCount)
        {
            throw new ArgumentException(
                $"Probabilities of {info.Classes.Count} classes over {volume.Shape.WithChannels(1)} voxels are {shape.Count:N0} numbers; one volume holds {VolumeShape.MaximumCount:N0}. "
                + "Leave the probabilities out, or crop the volume.");
        }

        _probabilities = GC.AllocateUninitializedArray<float>((int)shape.Count);
        _rows = [.. info.Classes.Select(_ => new float[grid.Shape.Width])];
        _scratch = new float[grid.Shape.Width];
    }

    /// <summary>Writes a slice.</summary>
    public void Write(int z, BlendingSlab slab)
    {
        var width = _grid.Shape.Width;
        for (var y = 0; y < _grid.Shape.Height; y++)
        {
            for (var channel = 0; channel < _info.OutputChannels; channel++)
            {
                slab.Slice(channel, z).Slice(y * width, width).CopyTo(_rows[channel]);
            }

            DivideByWeights(_weightsZ[z] * _weightsY[y]);
            Activate();
            for (var channel = 0; channel < _rows.Length; channel++)
            {
                Store(z, y, channel);
            }
        }
    }

    /// <summary>The probabilities; every slice must have been written.</summary>
    public Volume<float> ToVolume()
        => Volume.Create(_probabilities, _volume.Shape.WithChannels(_info.Classes.Count), _volume.Geometry);

    private static double[] Weights(int size, int patch, IReadOnlyList<int>? positions)
    {
        if (positions is not null)
        {
            return TileWeights.SumOverTiles(size, patch, positions);
        }

        var ones = new double[size];
        Array.Fill(ones, 1);
        return ones;
    }

    private void DivideByWeights(double weightOfRow)
    {
        for (var x = 0; x < _scratch.Length; x++)
        {
            _scratch[x] = (float)(weightOfRow * _weightsX[x]);
        }

        for (var channel = 0; channel < _info.OutputChannels; channel++)
        {
            TensorPrimitives.Divide(_rows[channel], _scratch, _rows[channel]);
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

    private void Store(int z, int y, int channel)
    {
        var target = _probabilities.AsSpan(channel * (int)_volume.Shape.ChannelCount, (int)_volume.Shape.ChannelCount);
        var (row, step) = (_rows[channel], _grid.Steps[0]);
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
