using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Intensity;

/// <summary>Mean, deviation and percentiles of one channel over many volumes, in one pass and bounded memory.</summary>
/// <remarks>
/// Mean and deviation are exact. Percentiles are exact for voxels stored in 8 or 16 bits while they have at most
/// <see cref="MostDistinct"/> different values, by counting each, and for at most <see cref="SampleSize"/> values of other
/// types; beyond, they are those of a uniform sample of that size, which misses a percentile p by about
/// sqrt(p (100 - p) / SampleSize), 0.007 at p = 0.5.
/// </remarks>
internal sealed class IntensityPool(RandomStream random)
{
    /// <summary>Different values that are counted; 16 bits of a few scalings fit.</summary>
    public const int MostDistinct = 1 << 20;

    /// <summary>Values that are kept where they cannot be counted.</summary>
    public const int SampleSize = 1_000_000;

    private Dictionary<float, long> _counts = [];
    private Reservoir? _sample;
    private Moments _moments;

    /// <summary>How many values there were.</summary>
    public long Count => _moments.Count;

    /// <summary>Adds values of stored integers, each with its count.</summary>
    public void Add(IReadOnlyCollection<(float Value, long Count)> counts)
    {
        var total = counts.Sum(count => count.Count);
        if (total == 0)
        {
            return;
        }

        var mean = counts.Sum(count => (double)count.Value * count.Count) / total;
        _moments = _moments.With(new(total, mean, counts.Sum(count => (count.Value - mean) * (count.Value - mean) * count.Count)));
        foreach (var (value, count) in counts)
        {
            if (_sample is null)
            {
                _counts[value] = _counts.GetValueOrDefault(value) + count;
            }
            else
            {
                _sample.Add(value, count);
            }
        }

        if (_counts.Count > MostDistinct)
        {
            Sample();
        }
    }

    /// <summary>Adds values of any type.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
        {
            return;
        }

        _moments = _moments.With(Moments.Of(values));
        Sample().Add(values);
    }

    /// <summary>The numbers of everything that was added.</summary>
    /// <param name="lower">Percentile, 0 to 100.</param>
    /// <param name="upper">Percentile, 0 to 100.</param>
    public ChannelIntensity Summarize(double lower, double upper)
    {
        var limits = _sample is { } sample ? OrderStatistics.Percentiles(sample.Values, lower, upper) : CountedPercentiles(lower, upper);
        return new((float)limits[0], (float)limits[1], _moments.Mean, _moments.Deviation);
    }

    private Reservoir Sample()
    {
        if (_sample is null)
        {
            _sample = new(SampleSize, random);
            foreach (var (value, count) in _counts.OrderBy(count => count.Key))
            {
                _sample.Add(value, count);
            }

            _counts = [];
        }

        return _sample;
    }

    private double[] CountedPercentiles(params ReadOnlySpan<double> percentiles)
    {
        var sorted = _counts.OrderBy(count => count.Key).ToArray();
        double At(long rank)
        {
            var i = 0;
            while (rank >= sorted[i].Value)
            {
                rank -= sorted[i++].Value;
            }

            return sorted[i].Key;
        }

        return Array.ConvertAll(percentiles.ToArray(), percentile =>
        {
            var position = percentile / 100 * (Count - 1);
            var below = (long)position;
            var low = At(below);
            return low + ((position - below) * (At(Math.Min(below + 1, Count - 1)) - low));
        });
    }
}
