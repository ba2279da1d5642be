using System.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Preprocessing.Resizing;

/// <summary>Resizes arrays along one axis: nearest, linear or cubic, in double precision.</summary>
/// <remarks>
/// The centres of both arrays' voxels fill the same extent: value i of m lies at (i + 0.5) * n / m - 0.5 of the n values. Linear
/// and nearest clamp that position to the first and last value. Cubic is a B-spline (Unser 1999, https://doi.org/10.1109/79.799930)
/// through the values and 12 copies of the outermost one on each side, mirrored about its ends.
/// </remarks>
internal sealed class AxisResize
{
    /// <summary>Columns that are resized at once.</summary>
    public const int Columns = 16;

    private const int Padding = 12;
    private const int Horizon = 40;

    private static readonly double Pole = Math.Sqrt(3) - 2;

    private readonly int _order;
    private readonly int[] _first;
    private readonly double[] _weights;

    /// <summary>Makes the table of an axis.</summary>
    /// <param name="order">0 nearest, 1 linear, 3 cubic.</param>
    /// <param name="from">Values before.</param>
    /// <param name="to">Values after.</param>
    public AxisResize(int order, int from, int to)
    {
        (_order, From, To) = (order, from, to);
        _first = new int[to];
        _weights = new double[to * Taps];
        var step = (double)from / to;
        for (var i = 0; i < to; i++)
        {
            var position = ((i + 0.5) * step) - 0.5;
            if (order == 3)
            {
                PlaceCubic(i, position + Padding);
                continue;
            }

            var clamped = Math.Clamp(position, 0, from - 1);
            var floor = (int)Math.Floor(order == 0 ? clamped + 0.5 : clamped);
            _first[i] = floor;
            if (order == 1)
            {
                var fraction = clamped - floor;
                (_weights[2 * i], _weights[(2 * i) + 1]) = (1 - fraction, fraction);
            }
        }
    }

    /// <summary>Values before.</summary>
    public int From { get; }

    /// <summary>Values after.</summary>
    public int To { get; }

    /// <summary>True if values stay as they are.</summary>
    public bool IsIdentity => From == To;

    private int Taps => _order == 3 ? 4 : 2;

    /// <summary>Length of the working array that <see cref="Apply"/> needs.</summary>
    public int ScratchLength => (From + (2 * Padding)) * Columns;

    /// <summary>For order 0 and 1: the first of the values that one after resizing lies between.</summary>
    public int FirstIndex(int i) => _first[i];

    /// <summary>For order 0 and 1: the other of the two values.</summary>
    public int SecondIndex(int i) => _order == 0 ? _first[i] : Math.Min(_first[i] + 1, From - 1);

    /// <summary>For order 0 and 1: how much the other value counts, 0 to 1.</summary>
    public double Fraction(int i) => _order == 0 ? 0 : _weights[(2 * i) + 1];

    /// <summary>For order 0 and 1: how much the first value counts, 0 to 1.</summary>
    public double Remainder(int i) => _order == 0 ? 1 : _weights[2 * i];

    /// <summary>Resizes columns.</summary>
    /// <param name="columns">[from, <see cref="Columns"/>].</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> values, for order 3.</param>
    /// <param name="result">[to, <see cref="Columns"/>].</param>
    public void Apply(ReadOnlySpan<double> columns, Span<double> scratch, Span<double> result)
    {
        if (_order == 3)
        {
            FindCoefficients(columns, scratch);
            for (var i = 0; i < To; i++)
            {
                var taps = scratch.Slice(_first[i] * Columns, 4 * Columns);
                var target = result.Slice(i * Columns, Columns);
                var (w0, w1, w2, w3) = (_weights[4 * i], _weights[(4 * i) + 1], _weights[(4 * i) + 2], _weights[(4 * i) + 3]);
                for (var c = 0; c < Columns; c += Vector<double>.Count)
                {
                    (
                        (new Vector<double>(taps[c..]) * w0)
                        + (new Vector<double>(taps[(Columns + c)..]) * w1)
                        + (new Vector<double>(taps[((2 * Columns) + c)..]) * w2)
                        + (new Vector<double>(taps[((3 * Columns) + c)..]) * w3)
                    ).CopyTo(target[c..]);
                }
            }

            return;
        }

        for (var i = 0; i < To; i++)
        {
            var one = columns.Slice(_first[i] * Columns, Columns);
            var target = result.Slice(i * Columns, Columns);
            if (_order == 0)
            {
                one.CopyTo(target);
                continue;
            }

            var other = columns.Slice(SecondIndex(i) * Columns, Columns);
            for (var c = 0; c < Columns; c += Vector<double>.Count)
            {
                ((new Vector<double>(one[c..]) * _weights[2 * i]) + (new Vector<double>(other[c..]) * _weights[(2 * i) + 1])).CopyTo(
                    target[c..]
                );
            }
        }
    }

    private void PlaceCubic(int i, double position)
    {
        var floor = (int)Math.Floor(position);
        var (t, u) = (position - floor, 1 - (position - floor));
        _first[i] = floor - 1;
        var weights = _weights.AsSpan(4 * i, 4);
        weights[0] = u * u * u / 6;
        weights[1] = ((t * t * (t - 2) * 3) + 4) / 6;
        weights[2] = ((u * u * (u - 2) * 3) + 4) / 6;
        weights[3] = 1 - weights[0] - weights[1] - weights[2];
    }

    // Pads the columns and turns them into the coefficients of the spline through them.
    private void FindCoefficients(ReadOnlySpan<double> columns, Span<double> scratch)
    {
        var count = From + (2 * Padding);
        columns[..(From * Columns)].CopyTo(scratch[(Padding * Columns)..]);
        for (var i = 0; i < Padding; i++)
        {
            columns[..Columns].CopyTo(scratch[(i * Columns)..]);
            columns.Slice((From - 1) * Columns, Columns).CopyTo(scratch[((Padding + From + i) * Columns)..]);
        }

        // The padding repeats the outermost value, and so does its mirror image: the causal sum over both is a geometric series
        // up to the first value that differs, and what lies beyond the horizon is below rounding.
        for (var c = 0; c < Columns; c += Vector<double>.Count)
        {
            var sum = Vector<double>.Zero;
            var power = Pole;
            for (var i = 0; i < Math.Min(count, Horizon); i++, power *= Pole)
            {
                sum += Row(scratch, i, c) * power;
            }

            var end = Math.Pow(Pole, count);
            for (var i = Math.Min(count, Horizon) - 1; i >= 0 && count < Horizon; i--, end *= Pole)
            {
                sum += Row(scratch, i, c) * (end * Pole);
            }

            sum *= 1 / (1 - Math.Pow(Pole, 2 * count));
            var before = (Row(scratch, 0, c) + sum) * 6;
            before.CopyTo(scratch[c..]);
            for (var i = 1; i < count; i++)
            {
                before = (Row(scratch, i, c) * 6) + (before * Pole);
                before.CopyTo(scratch[((i * Columns) + c)..]);
            }

            before *= Pole / (Pole - 1);
            before.CopyTo(scratch[(((count - 1) * Columns) + c)..]);
            for (var i = count - 2; i >= 0; i--)
            {
                before = (before - Row(scratch, i, c)) * Pole;
                before.CopyTo(scratch[((i * Columns) + c)..]);
            }
        }
    }

    private static Vector<double> Row(Span<double> scratch, int i, int column) => new(scratch[((i * Columns) + column)..]);
}
