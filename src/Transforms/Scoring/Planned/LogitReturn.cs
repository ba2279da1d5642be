using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using Microsoft.ML.MedicalSegmentation.Preprocessing;
using Microsoft.ML.MedicalSegmentation.Preprocessing.Resizing;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>
/// Brings logits from the network's spacing to that of the cropped image, slice by slice, in double precision; two slices are held.
/// </summary>
internal sealed class LogitReturn
{
    private readonly AxisResize _z;
    private readonly AxisResize _y;
    private readonly AxisResize _x;
    private readonly int _channels;
    private readonly VolumeShape _from;
    private readonly VolumeShape _to;
    private readonly ParallelOptions _parallel;

    public LogitReturn(PlannedMember member, PreparedImage image, int maximumThreads = 0)
    {
        var how = member.Preprocessing.ProbabilityResampling;
        (_channels, _from, _to) = (member.OutputChannels, image.Shape, image.Cropped);
        var separate = _from.SameGrid(_to) ? null : ArrayResampling.SeparateAxis(how, image.Spacing, image.ImageSpacing);
        int Order(int axis) => separate == axis ? how.OrderZ : how.Order;
        (_z, _y, _x) = (
            new(Order(0), _from.Depth, _to.Depth),
            new(Order(1), _from.Height, _to.Height),
            new(Order(2), _from.Width, _to.Width)
        );
        _parallel = new() { MaxDegreeOfParallelism = maximumThreads == 0 ? Environment.ProcessorCount : maximumThreads };
    }

    /// <summary>The logits of every slice of the cropped image, in order: [output, height, width], until the next slice is taken.</summary>
    /// <param name="slices">Those of every slice at the network's spacing, in order, each until the next is taken.</param>
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
        var plane = _to.Height * _to.Width;
        var result = new float[_channels * plane];

        // A slice lies between two neighbours, so that those with odd and with even numbers take turns in two arrays.
        double[][] held = [new double[result.Length], new double[result.Length]];
        var taken = -1;
        for (var z = 0; z < _to.Depth; z++)
        {
            var (first, second) = (_z.FirstIndex(z), _z.SecondIndex(z));
            while (taken < second && source.MoveNext())
            {
                taken++;
                if (taken >= first)
                {
                    Resize(source.Current, held[taken & 1]);
                }
            }

            Blend(held[first & 1], held[second & 1], z, plane, result);
            yield return result;
        }
    }

    private void Blend(double[] one, double[] other, int z, int plane, float[] result)
    {
        var (remainder, fraction) = (_z.Remainder(z), _z.Fraction(z));
        Parallel.For(0, _channels, _parallel, channel =>
        {
            var part = result.AsSpan(channel * plane, plane);
            Blend(one.AsSpan(channel * plane, plane), other.AsSpan(channel * plane, plane), remainder, fraction, part);
            HalfRounding.Round(part);
        });
    }

    // Both products and their sum are rounded one after the other.
    private static void Blend(ReadOnlySpan<double> one, ReadOnlySpan<double> other, double remainder, double fraction, Span<float> result)
    {
        var i = 0;
        for (; i <= result.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var low = (new Vector<double>(one[i..]) * remainder) + (new Vector<double>(other[i..]) * fraction);
            var high =
                (new Vector<double>(one[(i + Vector<double>.Count)..]) * remainder)
                + (new Vector<double>(other[(i + Vector<double>.Count)..]) * fraction);
            Vector.Narrow(low, high).CopyTo(result[i..]);
        }

        for (; i < result.Length; i++)
        {
            result[i] = (float)((one[i] * remainder) + (other[i] * fraction));
        }
    }

    private void Resize(float[] slice, double[] result)
        => Parallel.For(0, _channels, _parallel, channel =>
        {
            var wide = ArrayPool<double>.Shared.Rent(_from.Height * _to.Width);
            var values = slice.AsSpan(channel * _from.Height * _from.Width, _from.Height * _from.Width);
            for (var y = 0; y < _from.Height; y++)
            {
                var row = values.Slice(y * _from.Width, _from.Width);
                for (var x = 0; x < _to.Width; x++)
                {
                    wide[(y * _to.Width) + x] = (row[_x.FirstIndex(x)] * _x.Remainder(x)) + (row[_x.SecondIndex(x)] * _x.Fraction(x));
                }
            }

            var scratch = new double[_to.Width];
            for (var y = 0; y < _to.Height; y++)
            {
                var target = result.AsSpan(((channel * _to.Height) + y) * _to.Width, _to.Width);
                TensorPrimitives.Multiply(wide.AsSpan(_y.FirstIndex(y) * _to.Width, _to.Width), _y.Remainder(y), target);
                TensorPrimitives.Multiply(wide.AsSpan(_y.SecondIndex(y) * _to.Width, _to.Width), _y.Fraction(y), scratch);
                TensorPrimitives.Add(target, scratch, target);
            }

            ArrayPool<double>.Shared.Return(wide);
        });
}
