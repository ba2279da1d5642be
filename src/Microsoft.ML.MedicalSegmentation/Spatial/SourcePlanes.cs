using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>
/// The source of a resampling as slices of single precision: by reference where it is so stored, else a few slices or parts of them at a
/// time.
/// </summary>
internal sealed class SourcePlanes
{
    // Sums and converted parts of this length stay in the first cache.
    private const int PartLength = 2048;

    private readonly Volume _source;
    private readonly ReadOnlyMemory<float>? _values;

    private SourcePlanes(Volume source, ReadOnlyMemory<float>? values)
    {
        _source = source;
        _values = values;
    }

    public int Height => _source.Shape.Height;

    public int Width => _source.Shape.Width;

    /// <summary>Slices of values.</summary>
    public static SourcePlanes Of(Volume source) =>
        new(source, source is Volume<float> { Scaling.IsIdentity: true } single ? single.Memory : (ReadOnlyMemory<float>?)null);

    /// <summary>A reader for one thread.</summary>
    public Reader Read() => new(this);

    /// <summary>Hands out slices; keeps the last two converted ones, as many as are blended at a time.</summary>
    public sealed class Reader(SourcePlanes planes)
    {
        private readonly int[] _kept = [-1, -1];
        private readonly float[]?[] _slots = new float[2][];

        public ReadOnlySpan<float> Plane(int channel, int z)
        {
            var length = planes.Height * planes.Width;
            var plane = (channel * planes._source.Shape.Depth) + z;
            var start = plane * length;
            if (planes._values is { } values)
            {
                return values.Span.Slice(start, length);
            }

            var slot = z & 1;
            var converted = _slots[slot] ??= new float[length];
            if (_kept[slot] != plane)
            {
                planes._source.CopyValues(start, converted);
                _kept[slot] = plane;
            }

            return converted;
        }

        /// <summary>The weighted sum of slices, however many; slices without weight are not touched.</summary>
        public void Blend(int channel, ReadOnlySpan<int> slices, ReadOnlySpan<float> weights, Span<float> result)
        {
            Span<float> converted = stackalloc float[PartLength];
            for (var start = 0; start < result.Length; start += PartLength)
            {
                var sum = result.Slice(start, Math.Min(PartLength, result.Length - start));
                sum.Clear();
                for (var i = 0; i < slices.Length; i++)
                {
                    if (weights[i] != 0)
                    {
                        var from = (((channel * planes._source.Shape.Depth) + slices[i]) * planes.Height * planes.Width) + start;
                        TensorPrimitives.MultiplyAdd(Part(from, converted[..sum.Length]), weights[i], sum, sum);
                    }
                }
            }
        }

        private ReadOnlySpan<float> Part(int start, Span<float> converted)
        {
            if (planes._values is { } values)
            {
                return values.Span.Slice(start, converted.Length);
            }

            planes._source.CopyValues(start, converted);
            return converted;
        }
    }
}
