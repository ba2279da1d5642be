namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The source of a resampling as slices of single precision: by reference where it is so stored, else a few slices at a time.</summary>
internal sealed class SourcePlanes
{
    private readonly Volume _source;
    private readonly ReadOnlyMemory<float>? _values;

    private SourcePlanes(Volume source, ReadOnlyMemory<float>? values)
    {
        _source = source;
        _values = values;
    }

    public int Height => _source.Shape.Height;

    public int Width => _source.Shape.Width;

    /// <summary>Slices of values, or of spline coefficients along the axes that need them.</summary>
    public static SourcePlanes Of(Volume source, AxisInterpolation interpolation, ParallelOptions parallelism)
    {
        if (interpolation.HasSpline)
        {
            var coefficients = GC.AllocateUninitializedArray<float>(checked((int)source.Shape.Count));
            source.CopyValues(0, coefficients);
            CubicSpline.ToCoefficients(coefficients, source.Shape, interpolation, parallelism);
            return new(source, coefficients);
        }

        return new(source, source is Volume<float> { Scaling.IsIdentity: true } single ? single.Memory : (ReadOnlyMemory<float>?)null);
    }

    /// <summary>A reader for one thread.</summary>
    public Reader Read() => new(this);

    /// <summary>Hands out slices; keeps the last four converted ones, as many as a cubic spline blends.</summary>
    public sealed class Reader(SourcePlanes planes)
    {
        private readonly int[] _kept = [-1, -1, -1, -1];
        private readonly float[]?[] _slots = new float[4][];

        public ReadOnlySpan<float> Plane(int channel, int z)
        {
            var length = planes.Height * planes.Width;
            var plane = (channel * planes._source.Shape.Depth) + z;
            var start = plane * length;
            if (planes._values is { } values)
            {
                return values.Span.Slice(start, length);
            }

            var slot = z & 3;
            var converted = _slots[slot] ??= new float[length];
            if (_kept[slot] != plane)
            {
                planes._source.CopyValues(start, converted);
                _kept[slot] = plane;
            }

            return converted;
        }
    }
}
