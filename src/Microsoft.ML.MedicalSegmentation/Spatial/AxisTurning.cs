using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>Copies voxels into another order of axes.</summary>
/// <remarks>
/// Where rows stay rows, they are copied or reversed. Where another axis becomes the rows, square tiles are turned in a small buffer, so
/// that both the source and the result are touched in runs of whole cache lines.
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
        Parallel.For(0, to.Channels * outer.Length, parallelism, item =>
        {
            var (channel, at) = Math.DivRem(item, outer.Length);
            TurnTiles(
                memory.Span.Slice(channel * count, count),
                result.AsSpan(channel * count, count),
                new(to.Width, stepX, 1),
                inner,
                start + (at * outer.Step),
                at * outer.Stride);
        });
    }

    private static void CopyRows<T>(ReadOnlySpan<T> source, int start, int stepX, int stepY, Span<T> plane, int width)
        where T : unmanaged
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
                ReversedCopy.Copy(source.Slice(start - width + 1, width), row);
            }
        }
    }

    // Strips of source rows are read from end to end, since memory gives long runs fastest, and leave as tiles.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TurnTiles<T>(ReadOnlySpan<T> source, Span<T> result, Axis x, Axis inner, int from, int to)
        where T : unmanaged
    {
        // A pitch that is not a power of two spreads the columns over the cache.
        var side = Unsafe.SizeOf<T>() <= 2 ? 64 : 32;
        var pitch = side + 8;
        Span<T> tile = stackalloc T[side * pitch];
        for (var x0 = 0; x0 < x.Length; x0 += side)
        {
            var width = Math.Min(side, x.Length - x0);
            for (var first = 0; first < inner.Length; first += side)
            {
                var length = Math.Min(side, inner.Length - first);
                var run = from + (x0 * x.Step) + (inner.Step == 1 ? first : 1 - first - length);
                for (var i = 0; i < width; i++, run += x.Step)
                {
                    Scatter(source.Slice(run, length), tile[i..], pitch, inner.Step == 1);
                }

                for (var j = 0; j < length; j++)
                {
                    tile.Slice(j * pitch, width).CopyTo(result[(to + ((first + j) * inner.Stride) + x0)..]);
                }
            }
        }
    }

    // A row becomes a column of the tile, downwards or upwards.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scatter<T>(ReadOnlySpan<T> row, Span<T> tile, int pitch, bool downwards)
    {
        if (downwards)
        {
            for (int j = 0, at = 0; j < row.Length; j++, at += pitch)
            {
                tile[at] = row[j];
            }
        }
        else
        {
            for (int j = row.Length - 1, at = 0; j >= 0; j--, at += pitch)
            {
                tile[at] = row[j];
            }
        }
    }

    /// <summary>An axis of the result.</summary>
    /// <param name="Length">Voxels along it.</param>
    /// <param name="Step">Voxels between neighbours in the source.</param>
    /// <param name="Stride">Voxels between neighbours in the result.</param>
    private readonly record struct Axis(int Length, int Step, int Stride);
}
