using System.Buffers;

namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>Spline coefficients of a box of a volume, so that those of the whole volume need not be in memory at once.</summary>
/// <remarks>
/// The filter that turns values into coefficients reaches without end, but its influence falls below single precision's rounding within
/// <see cref="CubicSpline.Horizon"/> voxels. So many more voxels on either side are filtered and left out; beyond the volume's borders
/// its mirror image stands, as in the filter of a whole volume.
/// </remarks>
internal sealed class CoefficientBox(Volume source, AxisInterpolation interpolation) : IDisposable
{
    private readonly int _horizonX = HorizonOf(interpolation.X, source.Shape.Width);
    private readonly int _horizonY = HorizonOf(interpolation.Y, source.Shape.Height);
    private readonly int _horizonZ = HorizonOf(interpolation.Z, source.Shape.Depth);
    private float[] _values = [];
    private IndexBox _box;

    /// <summary>From a row to the next, in elements of <see cref="Values"/>.</summary>
    public int Row => _box.Width;

    /// <summary>From a slice to the next, in elements of <see cref="Values"/>.</summary>
    public int Plane => _box.Width * _box.Height;

    public BoxTaps X { get; private set; }

    public BoxTaps Y { get; private set; }

    public BoxTaps Z { get; private set; }

    /// <summary>Coefficients, x fastest; true for the indices that were loaded, and worthless in the margin around them.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, Plane * _box.Depth);

    /// <summary>Elements that a box takes with its margin.</summary>
    public long Size(IndexBox inner)
    {
        var box = inner.Grow(_horizonX, _horizonY, _horizonZ);
        return (long)box.Width * box.Height * box.Depth;
    }

    /// <summary>Loads the coefficients of a box.</summary>
    public void Load(int channel, IndexBox inner)
    {
        _box = inner.Grow(_horizonX, _horizonY, _horizonZ);
        X = new(interpolation.X, source.Shape.Width, _box.FirstX, _box.Width);
        Y = new(interpolation.Y, source.Shape.Height, _box.FirstY, _box.Height);
        Z = new(interpolation.Z, source.Shape.Depth, _box.FirstZ, _box.Depth);
        var size = Plane * _box.Depth;
        if (_values.Length < size)
        {
            Dispose();
            _values = ArrayPool<float>.Shared.Rent(size);
        }

        Copy(channel, _values.AsSpan(0, size));
        Filter(_values.AsSpan(0, size));
    }

    public void Dispose()
    {
        if (_values.Length > 0)
        {
            ArrayPool<float>.Shared.Return(_values);
            _values = [];
        }
    }

    private static int HorizonOf(Interpolation interpolation, int length) =>
        interpolation == Interpolation.CubicSpline && length > 1 ? CubicSpline.Horizon : 0;

    private void Copy(int channel, Span<float> values)
    {
        var shape = source.Shape;
        var (first, end) = (Math.Clamp(_box.FirstX, 0, shape.Width), Math.Clamp(_box.LastX + 1, 0, shape.Width));
        for (var z = 0; z < _box.Depth; z++)
        {
            var sourceZ = AxisTaps.Mirror(_box.FirstZ + z, shape.Depth);
            for (var y = 0; y < _box.Height; y++)
            {
                var row = values.Slice((z * Plane) + (y * Row), Row);
                var start = source.Offset(channel, sourceZ, AxisTaps.Mirror(_box.FirstY + y, shape.Height), 0);
                source.CopyValues(start + first, row[(first - _box.FirstX)..(end - _box.FirstX)]);
                CopyMirrored(start, row[..(first - _box.FirstX)], _box.FirstX, row, first, end);
                CopyMirrored(start, row[(end - _box.FirstX)..], end, row, first, end);
            }
        }
    }

    // What lies beyond the volume is mostly the mirror image of what has just been copied.
    private void CopyMirrored(long start, Span<float> part, int from, ReadOnlySpan<float> row, int first, int end)
    {
        for (var i = 0; i < part.Length; i++)
        {
            var x = AxisTaps.Mirror(from + i, source.Shape.Width);
            if (x >= first && x < end)
            {
                part[i] = row[x - _box.FirstX];
            }
            else
            {
                source.CopyValues(start + x, part.Slice(i, 1));
            }
        }
    }

    // Along z first, so that what only z's margin needed is left out of the others.
    private void Filter(Span<float> values)
    {
        for (var y = 0; _horizonZ > 0 && y < _box.Height; y++)
        {
            CubicSpline.FilterRows(values[(y * Row)..], CubicSpline.Unbounded, _box.Depth, Plane, Row);
        }

        for (var z = _horizonZ; z < _box.Depth - _horizonZ; z++)
        {
            var slice = values.Slice(z * Plane, Plane);
            if (_horizonY > 0)
            {
                CubicSpline.FilterRows(slice, CubicSpline.Unbounded, _box.Height, Row, Row);
            }

            if (_horizonX > 0)
            {
                CubicSpline.FilterEachRow(slice[(_horizonY * Row)..^(_horizonY * Row)], CubicSpline.Unbounded, Row);
            }
        }
    }
}
