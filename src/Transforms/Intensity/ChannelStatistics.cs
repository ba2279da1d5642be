using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Mean and standard deviation of a channel, and the z-score by them, block by block on all processors.</summary>
/// <remarks>
/// Each block's mean and sum of squares about it are taken in double precision while it is in the cache, and blocks are joined in their order
/// (Chan, Golub, LeVeque 1983, https://doi.org/10.1080/00031305.1983.10483115), so that the result does not depend on the threads.
/// </remarks>
internal static class ChannelStatistics
{
    private const int BlockLength = 1 << 14;

    private static readonly ParallelOptions Parallelism = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    /// <summary>Population mean and standard deviation; not finite where a value is not.</summary>
    public static (double Mean, double Deviation) Of(Volume volume, int channel)
    {
        var count = (int)volume.Shape.ChannelCount;
        var blocks = new (int Count, double Mean, double Squares)[(count + BlockLength - 1) / BlockLength];
        ForBlocks(volume, channel, (block, start, length) =>
        {
            Span<float> buffer = stackalloc float[length];
            volume.CopyValues(start, buffer);
            var mean = Sum(buffer) / length;
            blocks[block] = (length, mean, SumOfSquares(buffer, mean));
        });

        var (n, average, squares) = (0L, 0.0, 0.0);
        foreach (var block in blocks)
        {
            var (all, difference) = (n + block.Count, block.Mean - average);
            average += difference * block.Count / all;
            squares += block.Squares + (difference * difference * n / all * block.Count);
            n = all;
        }

        return (average, Math.Sqrt(squares / n));
    }

    /// <summary>Writes (value - origin) * factor of a channel into <paramref name="values"/>, which holds all channels.</summary>
    public static void Rescale(Volume volume, int channel, double origin, double factor, float[] values)
        => ForBlocks(volume, channel, (_, start, length) =>
        {
            var block = values.AsSpan((int)start, length);
            volume.CopyValues(start, block);
            Rescale(block, (float)origin, (float)factor);
        });

    private static void ForBlocks(Volume volume, int channel, Action<int, long, int> action)
    {
        var count = volume.Shape.ChannelCount;
        Parallel.For(0, (int)((count + BlockLength - 1) / BlockLength), Parallelism, block =>
        {
            var start = (long)block * BlockLength;
            action(block, (channel * count) + start, (int)Math.Min(BlockLength, count - start));
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Sum(ReadOnlySpan<float> values)
    {
        var (low, high, i) = (Vector<double>.Zero, Vector<double>.Zero, 0);
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(values[i..]), out var a, out var b);
            low += a;
            high += b;
        }

        var sum = Vector.Sum(low + high);
        for (; i < values.Length; i++)
        {
            sum += values[i];
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double SumOfSquares(ReadOnlySpan<float> values, double mean)
    {
        var (low, high, i) = (Vector<double>.Zero, Vector<double>.Zero, 0);
        var about = new Vector<double>(mean);
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(values[i..]), out var a, out var b);
            a -= about;
            b -= about;
            low += a * a;
            high += b * b;
        }

        var sum = Vector.Sum(low + high);
        for (; i < values.Length; i++)
        {
            sum += (values[i] - mean) * (values[i] - mean);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rescale(Span<float> values, float origin, float factor)
    {
        var (from, by, i) = (new Vector<float>(origin), new Vector<float>(factor), 0);
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var block = values[i..];
            ((new Vector<float>(block) - from) * by).CopyTo(block);
        }

        for (; i < values.Length; i++)
        {
            values[i] = (values[i] - origin) * factor;
        }
    }
}
