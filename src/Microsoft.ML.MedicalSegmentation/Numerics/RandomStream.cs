using System.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Numerics;

/// <summary>Random numbers that depend on nothing but their seed: not on the machine, the thread or the .NET version.</summary>
/// <remarks>xoshiro256** of Blackman and Vigna, https://doi.org/10.1145/3460772, seeded by SplitMix64.</remarks>
internal sealed class RandomStream
{
    private ulong _a, _b, _c, _d;
    private double? _spareGaussian;

    /// <summary>The stream of a seed and of what it is for; streams of other keys are independent.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="keys">Say what the stream is for, such as epoch and sample; another order is another stream.</param>
    public RandomStream(long seed, params ReadOnlySpan<long> keys)
    {
        var state = (ulong)seed;
        foreach (var key in keys)
        {
            state = Scramble(state) ^ (ulong)key;
        }

        _a = Scramble(state += Golden);
        _b = Scramble(state += Golden);
        _c = Scramble(state += Golden);
        _d = Scramble(state + Golden);
    }

    // 2^64 divided by the golden ratio: SplitMix64's step.
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double NextDouble(double low, double high) => low + (NextDouble() * (high - low));

    /// <summary>True with the given probability, 0 to 1.</summary>
    public bool NextBoolean(double probability) => NextDouble() < probability;

    /// <summary>Uniform among 0 to <paramref name="count"/> - 1; count is at least 1.</summary>
    public int NextInt(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);

        // The high half of the 128-bit product; its bias, below count / 2^64, is far beneath notice.
        return (int)Math.BigMul(NextBits(), (ulong)count, out _);
    }

    /// <summary>Uniform among <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int NextInt(int low, int high) => low + NextInt(high - low + 1);

    /// <summary>Normal with mean 0 and standard deviation 1 (polar method of Marsaglia).</summary>
    public double NextGaussian()
    {
        if (_spareGaussian is { } spare)
        {
            _spareGaussian = null;
            return spare;
        }

        double x, y, square;
        do
        {
            x = NextDouble(-1, 1);
            y = NextDouble(-1, 1);
            square = (x * x) + (y * y);
        }
        while (square is >= 1 or 0);

        var factor = Math.Sqrt(-2 * Math.Log(square) / square);
        _spareGaussian = y * factor;
        return x * factor;
    }

    /// <summary>The numbers 0 to <paramref name="count"/> - 1 in random order.</summary>
    public int[] Permutation(int count)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            var j = NextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }

        return order;
    }

    /// <summary>64 independent random bits.</summary>
    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    private static ulong Scramble(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
