using Microsoft.ML.MedicalSegmentation.Preprocessing;
using Microsoft.ML.MedicalSegmentation.Preprocessing.Resizing;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>Brings logits from the network's spacing to that of the cropped image, slice by slice; two slices are held.</summary>
internal sealed class LogitReturn
{
    private readonly AxisResize _z;
    private readonly AxisResize _y;
    private readonly AxisResize _x;
    private readonly int _channels;
    private readonly VolumeShape _from;
    private readonly VolumeShape _to;

    public LogitReturn(PlannedMember member, PreparedImage image)
    {
        var how = member.Preprocessing.ProbabilityResampling;
        (_channels, _from, _to) = (member.OutputChannels, image.Shape, image.Cropped);
        var separate = _from.SameGrid(_to) ? null : ArrayResampling.SeparateAxis(how, image.Spacing, image.ImageSpacing);
        int Order(int axis) => separate == axis ? how.OrderZ : how.Order;
        (_z, _y, _x) = (new(Order(0), _from.Depth, _to.Depth), new(Order(1), _from.Height, _to.Height), new(Order(2), _from.Width, _to.Width));
    }

    /// <summary>The logits of every slice of the cropped image, in order: [output, height, width], until the next slice is taken.</summary>
    /// <param name="slices">Those of every slice at the network's spacing, in order.</param>
    public IEnumerable<float[]> Apply(IEnumerable<float[]> slices)
    {
        if (_from.SameGrid(_to))
        {
            foreach (var slice in slices)
            {
                yield return slice;
            }

            yield break;
        }

        using var source = slices.GetEnumerator();
        var plane = _channels * _to.Height * _to.Width;
        var result = new float[plane];
        var held = new Dictionary<int, double[]>();
        var taken = -1;
        for (var z = 0; z < _to.Depth; z++)
        {
            var (first, second) = (_z.FirstIndex(z), _z.SecondIndex(z));
            while (taken < second && source.MoveNext())
            {
                taken++;
                if (taken >= first)
                {
                    held[taken] = Resize(source.Current);
                }
            }

            foreach (var past in held.Keys.Where(key => key < first).ToList())
            {
                held.Remove(past);
            }

            var (one, other, remainder, fraction) = (held[first], held[second], _z.Remainder(z), _z.Fraction(z));
            for (var i = 0; i < plane; i++)
            {
                result[i] = (float)((one[i] * remainder) + (other[i] * fraction));
            }

            HalfRounding.Round(result);
            yield return result;
        }
    }

    private double[] Resize(float[] slice)
    {
        var result = new double[_channels * _to.Height * _to.Width];
        var wide = new double[_from.Height * _to.Width];
        for (var channel = 0; channel < _channels; channel++)
        {
            var values = slice.AsSpan(channel * _from.Height * _from.Width, _from.Height * _from.Width);
            for (var y = 0; y < _from.Height; y++)
            {
                var row = values.Slice(y * _from.Width, _from.Width);
                for (var x = 0; x < _to.Width; x++)
                {
                    wide[(y * _to.Width) + x] = (row[_x.FirstIndex(x)] * _x.Remainder(x)) + (row[_x.SecondIndex(x)] * _x.Fraction(x));
                }
            }

            for (var y = 0; y < _to.Height; y++)
            {
                var (one, other) = (_y.FirstIndex(y) * _to.Width, _y.SecondIndex(y) * _to.Width);
                var (remainder, fraction) = (_y.Remainder(y), _y.Fraction(y));
                var target = ((channel * _to.Height) + y) * _to.Width;
                for (var x = 0; x < _to.Width; x++)
                {
                    result[target + x] = (wide[one + x] * remainder) + (wide[other + x] * fraction);
                }
            }
        }

        return result;
    }
}
