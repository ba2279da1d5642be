using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Preprocessing.Resizing;

/// <summary>Resizes slices in their plane; holds the working memory of one thread.</summary>
internal sealed class SliceResize
{
    private readonly AxisResize _y;
    private readonly AxisResize _x;
    private readonly ColumnBlocks _alongY;
    private readonly ColumnBlocks _alongX;
    private readonly double[] _slice;
    private readonly double[] _wide;
    private readonly double[] _result;

    public SliceResize(AxisResize y, AxisResize x)
    {
        (_y, _x, _alongY, _alongX) = (y, x, new(y), new(x));
        _slice = new double[y.From * x.From];
        Buffer = new float[_slice.Length];
        _wide = new double[y.From * x.To];
        _result = new double[y.To * x.To];
    }

    /// <summary>Memory for one slice before it is resized.</summary>
    public float[] Buffer { get; }

    /// <summary>Resizes a slice.</summary>
    /// <param name="slice">[y, x] before.</param>
    /// <returns>[y, x] after, until the next call.</returns>
    public Span<double> Apply(ReadOnlySpan<float> slice)
    {
        TensorPrimitives.ConvertTruncating(slice, _slice);
        var wide = _slice;
        if (!_x.IsIdentity)
        {
            _alongX.Apply(_slice, _wide, inner: 1);
            wide = _wide;
        }

        if (_y.IsIdentity)
        {
            return wide;
        }

        _alongY.Apply(wide, _result, _x.To);
        return _result;
    }
}
