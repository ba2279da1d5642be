using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Copies voxels into another order of axes.</summary>
/// <remarks>
/// Where rows stay rows, they are copied or reversed. Where another axis becomes the rows, square tiles are turned in a small buffer, so that
/// both the source and the result are touched in runs of whole cache lines.
/// </remarks>
internal static class AxisTurning
{
    /// <summary>Fills the result.</summary>
    /// <param name="memory">Voxels of the source.</param>
    /// <param name="from">Size of the source.</param>
    /// <param name="order">What becomes of its axes.</param>
    /// <param name="result">As many voxels as the source.</param>
    /// <param name="parallelism">Bounds the threads.</param>
    public static void Turn<T>(ReadOnlyMemory<T> memory, VolumeShape from, AxisOrder order, T[] result, ParallelOptions parallelism)
        where T : unmanaged, INumber<T>
    {
        var to = order.Apply(from);
        var (start, stepX, stepY, stepZ) = order.Steps(from);
        var (plane, count) = (to.Height * to.Width, (int)to.ChannelCount);
        if (Math.Abs(stepX) == 1)
        {
            Parallel.For(0, to.Channels * to.Depth, parallelism, item =>
            {
                var (channel, z) = Math.DivRem(item, to.Depth);
                var source = memory.Span.Slice(channel * count, count);
                CopyRows(source, start + (z * stepZ), stepX, stepY, result.AsSpan((channel * count) + (z * plane), plane), to.Width);
            });
            return;
        }

        // The axis of the result along which the source is contiguous, and the one that is left.
        var rowsBecomeY = Math.Abs(stepY) == 1;
        var inner = rowsBecomeY ? new Axis(to.Height, stepY, to.Width) : new Axis(to.Depth, stepZ, plane);
        var outer = rowsBecomeY ? new Axis(to.Depth, stepZ, plane) : new Axis(to.Height, stepY, to.Width);
        var side = Unsafe.SizeOf<T>() <= 2 ? 64 : 32;
        var blocks = (inner.Length + side - 1) / side;
        Parallel.For(0, to.Channels * blocks * outer.Length, parallelism, item =>
        {
            var (rest, at) = Math.DivRem(item, outer.Length);
            var (channel, block) = Math.DivRem(rest, blocks);
            var first = block * side;
            TurnTiles(
                memory.Span.Slice(channel * count, count),
                result.AsSpan(channel * count, count),
                new(to.Width, stepX, 1),
                inner with { Length = Math.Min(side, inner.Length - first) },
                start + (at * outer.Step) + (first * inner.Step),
                (at * outer.Stride) + (first * inner.Stride),
                side);
        });
    }

    private static void CopyRows<T>(ReadOnlySpan<T> source, int start, int stepX, int stepY, Span<T> plane, int width)
    {
        for (var offset = 0; offset < plane.Length; offset += width, start += stepY)
        {
            var row = plane.Slice(offset, width);
            if (stepX == 1)
            {
                source.Slice(start, width).CopyTo(row);
            }
            else
            {
                source.Slice(start - width + 1, width).CopyTo(row);
                row.Reverse();
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TurnTiles<T>(ReadOnlySpan<T> source, Span<T> result, Axis x, Axis inner, int from, int to, int side)
        where T : unmanaged
    {
        // A pitch that is no power of two spreads the columns over the cache.
        var pitch = side + 8;
        Span<T> tile = stackalloc T[side * pitch];
        for (var x0 = 0; x0 < x.Length; x0 += side)
        {
            var width = Math.Min(side, x.Length - x0);
            for (var i = 0; i < width; i++)
            {
                var run = from + ((x0 + i) * x.Step);
                if (inner.Step == 1)
                {
                    var row = source.Slice(run, inner.Length);
                    for (int j = 0, at = i; j < row.Length; j++, at += pitch)
                    {
                        tile[at] = row[j];
                    }
                }
                else
                {
                    var row = source.Slice(run - inner.Length + 1, inner.Length);
                    for (int j = row.Length - 1, at = i; j >= 0; j--, at += pitch)
                    {
                        tile[at] = row[j];
                    }
                }
            }

            for (var j = 0; j < inner.Length; j++)
            {
                tile.Slice(j * pitch, width).CopyTo(result[(to + (j * inner.Stride) + x0)..]);
            }
        }
    }

    /// <summary>An axis of the result.</summary>
    /// <param name="Length">Voxels along it.</param>
    /// <param name="Step">Voxels between neighbours in the source.</param>
    /// <param name="Stride">Voxels between neighbours in the result.</param>
    private readonly record struct Axis(int Length, int Step, int Stride);
}
