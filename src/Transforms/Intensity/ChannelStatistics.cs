using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.MedicalSegmentation.Intensity;

/// <summary>Mean and standard deviation of a channel, and the z-score by them, block by block on all processors.</summary>
/// <remarks>
/// A block's sums are taken in double precision about its first value, in one pass; since that value is one of the block's, no more than
/// about five digits of their squares can cancel. Blocks are joined in their order (Chan, Golub, LeVeque 1983,
/// https://doi.org/10.1080/00031305.1983.10483115), so that the result does not depend on the threads.
/// </remarks>
internal static class ChannelStatistics
{
    private const int BlockLength = 1 << 14;

    // What is converted at a time stays in the first cache.
    private const int PartLength = 1 << 11;

    private static readonly ParallelOptions Parallelism = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    /// <summary>Population mean and standard deviation; not finite where a value is not.</summary>
    public static (double Mean, double Deviation) Of(Volume volume, int channel)
    {
        var count = (int)volume.Shape.ChannelCount;
        var blocks = new (int Count, double Mean, double Squares)[(count + BlockLength - 1) / BlockLength];
        ForBlocks(volume, channel, (block, start, length) =>
        {
            Span<float> buffer = stackalloc float[PartLength];
            Span<double> sums = [0, 0];
            var origin = float.NaN;
            for (var done = 0; done < length; done += PartLength)
            {
                var part = Values(volume, start + done, buffer[..Math.Min(PartLength, length - done)]);
                origin = done == 0 ? part[0] : origin;
                AddSums(part, origin, sums);
            }

            blocks[block] = (length, origin + (sums[0] / length), Math.Max(0, sums[1] - (sums[0] * sums[0] / length)));
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
            for (var done = 0; done < length; done += PartLength)
            {
                var part = values.AsSpan((int)start + done, Math.Min(PartLength, length - done));
                Rescale(Values(volume, start + done, part), (float)origin, (float)factor, part);
            }
        });

    // By reference where that is how they are stored, else in the buffer.
    private static ReadOnlySpan<float> Values(Volume volume, long start, Span<float> buffer)
    {
        if (volume is Volume<float> { Scaling.IsIdentity: true } single)
        {
            return single.Voxels.Slice((int)start, buffer.Length);
        }

        volume.CopyValues(start, buffer);
        return buffer;
    }

    private static void ForBlocks(Volume volume, int channel, Action<int, long, int> action)
    {
        var count = volume.Shape.ChannelCount;
        Parallel.For(0, (int)((count + BlockLength - 1) / BlockLength), Parallelism, block =>
        {
            var start = (long)block * BlockLength;
            action(block, (channel * count) + start, (int)Math.Min(BlockLength, count - start));
        });
    }

    // Adds the sum of the differences from the origin, and that of their squares.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddSums(ReadOnlySpan<float> values, double origin, Span<double> sums)
    {
        var (low, high, lowSquares, highSquares) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
        var (about, i) = (new Vector<double>(origin), 0);
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(values[i..]), out var a, out var b);
            a -= about;
            b -= about;
            low += a;
            high += b;
            lowSquares += a * a;
            highSquares += b * b;
        }

        var (sum, squares) = (Vector.Sum(low + high), Vector.Sum(lowSquares + highSquares));
        for (; i < values.Length; i++)
        {
            var difference = values[i] - origin;
            sum += difference;
            squares += difference * difference;
        }

        sums[0] += sum;
        sums[1] += squares;
    }

    // The result may be the values' own memory.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rescale(ReadOnlySpan<float> values, float origin, float factor, Span<float> result)
    {
        var (from, by, i) = (new Vector<float>(origin), new Vector<float>(factor), 0);
        for (; i <= result.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            ((new Vector<float>(values[i..]) - from) * by).CopyTo(result[i..]);
        }

        for (; i < result.Length; i++)
        {
            result[i] = (values[i] - origin) * factor;
        }
    }
}
