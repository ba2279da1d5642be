using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Preprocessing.Resizing;

/// <summary>Resizes the middle axis of an array [outer, n, inner], a block of columns at a time.</summary>
internal sealed class ColumnBlocks(AxisResize axis)
{
    private readonly double[] _columns = new double[axis.From * AxisResize.Columns];
    private readonly double[] _scratch = new double[axis.ScratchLength];
    private readonly double[] _result = new double[axis.To * AxisResize.Columns];

    /// <summary>Resizes all columns.</summary>
    /// <param name="source">[outer, from, inner].</param>
    /// <param name="target">[outer, to, inner].</param>
    /// <param name="inner">Length of the last axis.</param>
    public void Apply(ReadOnlySpan<double> source, Span<double> target, int inner)
    {
        var columns = source.Length / axis.From;
        for (var first = 0; first < columns; first += AxisResize.Columns)
        {
            var count = Math.Min(AxisResize.Columns, columns - first);
            for (var c = 0; c < count; c++)
            {
                var (outer, column) = Math.DivRem(first + c, inner);
                var offset = (outer * axis.From * inner) + column;
                for (var i = 0; i < axis.From; i++)
                {
                    _columns[(i * AxisResize.Columns) + c] = source[offset + (i * inner)];
                }
            }

            axis.Apply(_columns, _scratch, _result);
            for (var c = 0; c < count; c++)
            {
                var (outer, column) = Math.DivRem(first + c, inner);
                var offset = (outer * axis.To * inner) + column;
                for (var i = 0; i < axis.To; i++)
                {
                    target[offset + (i * inner)] = _result[(i * AxisResize.Columns) + c];
                }
            }
        }
    }

    /// <summary>Resizes some columns of an array whose outer axis is 1, into single precision.</summary>
    /// <param name="source">[from, inner].</param>
    /// <param name="target">[to, inner].</param>
    /// <param name="inner">Length of the last axis.</param>
    /// <param name="first">The first column; at most <see cref="AxisResize.Columns"/> from there on are resized.</param>
    /// <param name="range">Values are clipped to it.</param>
    public void Apply(NativeArray<double> source, Span<float> target, int inner, int first, ValueRange range)
    {
        var count = Math.Min(AxisResize.Columns, inner - first);
        for (var i = 0; i < axis.From; i++)
        {
            source.AsSpan(((long)i * inner) + first, count).CopyTo(_columns.AsSpan(i * AxisResize.Columns));
        }

        axis.Apply(_columns, _scratch, _result);
        for (var i = 0; i < axis.To; i++)
        {
            range.Clip(_result.AsSpan(i * AxisResize.Columns, count), target.Slice((i * inner) + first, count));
        }
    }
}
