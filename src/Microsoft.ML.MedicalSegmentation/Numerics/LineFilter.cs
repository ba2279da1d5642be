using System.Buffers;
using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Numerics;

/// <summary>Symmetric filters along one axis of a channel, by vectors.</summary>
internal static class LineFilter
{
    private const double Deviations = 4;

    /// <summary>Half of a Gaussian kernel, from its middle outwards; the whole kernel sums to 1.</summary>
    /// <param name="deviation">In voxels, above 0.</param>
    public static float[] Gaussian(double deviation)
    {
        var half = Enumerable
            .Range(0, (int)((Deviations * deviation) + 0.5) + 1)
            .Select(i => Math.Exp(-0.5 * i * i / (deviation * deviation)))
            .ToArray();
        var sum = (2 * half.Sum()) - half[0];
        return [.. half.Select(weight => (float)(weight / sum))];
    }

    /// <summary>Convolves each line of an axis; beyond its ends a line continues mirrored, its last voxel repeated once.</summary>
    /// <param name="voxels">[D, H, W], changed in place.</param>
    /// <param name="axis">The axis; one of a single voxel stays as it is.</param>
    /// <param name="half">The kernel from its middle outwards.</param>
    public static void Convolve(Span<float> voxels, VoxelAxis axis, ReadOnlySpan<float> half) => Convolve(voxels, axis, half, 0, axis.Run);

    /// <summary>Convolves some of the lines of an axis, so that several threads can share it.</summary>
    /// <inheritdoc cref="Convolve(Span{float}, VoxelAxis, ReadOnlySpan{float})"/>
    /// <param name="voxels">[D, H, W], changed in place.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="half">The kernel from its middle outwards.</param>
    /// <param name="from">The first line of each group.</param>
    /// <param name="to">The line after the last one, at most the axis' Run.</param>
    public static void Convolve(Span<float> voxels, VoxelAxis axis, ReadOnlySpan<float> half, int from, int to)
    {
        if (axis.Count == 1)
        {
            return;
        }

        // Lines of x lie in one piece; of other axes, whole rows are filtered at once, at most a few pages of memory each.
        var width = axis.Run == 1 ? 1 : Math.Min(axis.Run, 1024);
        var margin = half.Length - 1;
        var buffer = ArrayPool<float>.Shared.Rent((axis.Count + (2 * margin)) * width);
        for (var group = 0; group < voxels.Length; group += axis.Group)
        {
            for (var first = from; first < to; first += width)
            {
                var (taken, columns) = (group + first, Math.Min(width, to - first));
                Load(voxels[taken..], axis, columns, margin, buffer);
                Filter(buffer, axis, columns, half, voxels[taken..]);
            }
        }

        ArrayPool<float>.Shared.Return(buffer);
    }

    private static void Load(ReadOnlySpan<float> voxels, VoxelAxis axis, int columns, int margin, Span<float> buffer)
    {
        if (axis.Run == 1)
        {
            voxels[..axis.Count].CopyTo(buffer[margin..]);
            for (var i = 1; i <= margin; i++)
            {
                buffer[margin - i] = voxels[Mirror(-i, axis.Count)];
                buffer[margin + axis.Count - 1 + i] = voxels[Mirror(axis.Count - 1 + i, axis.Count)];
            }

            return;
        }

        for (var i = -margin; i < axis.Count + margin; i++)
        {
            voxels.Slice(Mirror(i, axis.Count) * axis.Run, columns).CopyTo(buffer[((i + margin) * columns)..]);
        }
    }

    private static void Filter(ReadOnlySpan<float> buffer, VoxelAxis axis, int columns, ReadOnlySpan<float> half, Span<float> voxels)
    {
        // One row of results at a time: the whole line along x, a row of lines else.
        var (rows, length, step) = axis.Run == 1 ? (1, axis.Count, 1) : (axis.Count, columns, columns);
        var margin = half.Length - 1;
        Span<float> pair = stackalloc float[1024];
        for (var row = 0; row < rows; row++)
        {
            for (var start = 0; start < length; start += pair.Length)
            {
                var count = Math.Min(pair.Length, length - start);
                var middle = ((row + margin) * step) + start;
                var result = voxels.Slice((row * axis.Run) + start, count);
                TensorPrimitives.Multiply(buffer.Slice(middle, count), half[0], result);
                for (var i = 1; i < half.Length; i++)
                {
                    TensorPrimitives.Add(buffer.Slice(middle - (i * step), count), buffer.Slice(middle + (i * step), count), pair);
                    TensorPrimitives.MultiplyAdd(pair[..count], half[i], result, result);
                }
            }
        }
    }

    // ... 1 0 | 0 1 2 | 2 1 ...
    private static int Mirror(int index, int count)
    {
        var place = ((index % (2 * count)) + (2 * count)) % (2 * count);
        return place < count ? place : (2 * count) - 1 - place;
    }
}
