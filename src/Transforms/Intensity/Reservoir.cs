using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Intensity;

/// <summary>A uniform sample of a stream of unknown length; all of it while it is short.</summary>
/// <remarks>
/// Li 1994, "Reservoir-sampling algorithms of time complexity O(n(1 + log(N/n)))", algorithm L, https://doi.org/10.1145/198429.198435.
/// </remarks>
internal sealed class Reservoir(int capacity, RandomStream random)
{
    private readonly float[] _values = new float[capacity];
    private int _filled;

    // Values to pass over before the next one is taken, once full.
    private long _skip;
    private double _weight = 1;

    /// <summary>What was kept; every value of the stream where there were no more than the capacity.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, _filled);

    /// <summary>Shows it values.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        var first = Math.Min(values.Length, capacity - _filled);
        values[..first].CopyTo(_values.AsSpan(_filled));
        Fill(first);
        long next = first;
        while (_filled == capacity && _skip < values.Length - next)
        {
            next += _skip;
            Take(values[(int)next++]);
        }

        _skip -= _filled == capacity ? values.Length - next : 0;
    }

    /// <summary>Shows it one value many times.</summary>
    public void Add(float value, long count)
    {
        var first = (int)Math.Min(count, capacity - _filled);
        _values.AsSpan(_filled, first).Fill(value);
        Fill(first);
        long next = first;
        while (_filled == capacity && _skip < count - next)
        {
            next += _skip + 1;
            Take(value);
        }

        _skip -= _filled == capacity ? count - next : 0;
    }

    private void Fill(int count)
    {
        var wasFull = _filled == capacity;
        _filled += count;
        if (_filled == capacity && !wasFull)
        {
            Draw();
        }
    }

    private void Take(float value)
    {
        _values[random.NextInt(capacity)] = value;
        Draw();
    }

    private void Draw()
    {
        _weight *= Math.Exp(Math.Log(1 - random.NextDouble()) / capacity);
        _skip = (long)Math.Min(long.MaxValue / 4, Math.Floor(Math.Log(1 - random.NextDouble()) / Math.Log(1 - _weight)));
    }
}
