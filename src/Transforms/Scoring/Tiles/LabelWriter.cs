using System.Numerics;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

/// <summary>Collects the classes of slices, as the network's orientation sees them, into labels on the volume's own grid.</summary>
internal sealed class LabelWriter
{
    private readonly Volume _volume;
    private readonly OrientedGrid _grid;
    private readonly IReadOnlyList<LabelClass> _classes;
    private readonly int[] _values;

    // The one or the other, by the largest value.
    private readonly byte[]? _narrow;
    private readonly ushort[]? _wide;

    public LabelWriter(Volume volume, OrientedGrid grid, IReadOnlyList<LabelClass> classes)
    {
        _volume = volume;
        _grid = grid;
        _classes = classes;
        _values = [.. classes.Select(c => c.Value)];
        var count = checked((int)volume.Shape.ChannelCount);
        if (_values.Max() <= byte.MaxValue)
        {
            _narrow = LargeArray.Allocate<byte>(count);
        }
        else
        {
            _wide = LargeArray.Allocate<ushort>(count);
        }
    }

    /// <summary>Writes a slice of class indices, [height, width].</summary>
    public void Write(int z, ReadOnlySpan<int> classIndices)
    {
        if (_narrow is not null)
        {
            Write<byte>(z, classIndices, _narrow);
        }
        else
        {
            Write<ushort>(z, classIndices, _wide);
        }
    }

    /// <summary>The labels; every slice must have been written.</summary>
    public LabelVolume ToLabels()
    {
        var shape = _volume.Shape.WithChannels(1);
        return LabelVolume.FromVolume(
            _wide is null
                ? Volume.Create(_narrow ?? [], shape, _volume.Geometry, header: _volume.Header?.ForLabels())
                : Volume.Create(_wide, shape, _volume.Geometry, header: _volume.Header?.ForLabels()),
            _classes);
    }

    private void Write<T>(int z, ReadOnlySpan<int> classIndices, Span<T> labels)
        where T : unmanaged, INumber<T>
    {
        var (width, step) = (_grid.Shape.Width, _grid.Steps[0]);
        for (var y = 0; y < _grid.Shape.Height; y++)
        {
            var row = classIndices.Slice(y * width, width);
            var offset = _grid.Offset(z, y, 0);
            for (var x = 0; x < row.Length; x++, offset += step)
            {
                labels[offset] = T.CreateTruncating(_values[row[x]]);
            }
        }
    }
}
