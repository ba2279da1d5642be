namespace Microsoft.ML.MedicalSegmentation.Preprocessing;

/// <summary>Puts the axes of arrays [depth, height, width] in another order.</summary>
internal static class AxisPermutation
{
    /// <summary>The size after permutation: axis i of the result is axis <paramref name="order"/>[i] of the source.</summary>
    public static VolumeShape Of(VolumeShape shape, IReadOnlyList<int> order)
    {
        int[] sizes = [shape.Depth, shape.Height, shape.Width];
        return new(shape.Channels, sizes[order[0]], sizes[order[1]], sizes[order[2]]);
    }

    /// <summary>Numbers of the axes in the new order.</summary>
    public static T[] Of<T>(IReadOnlyList<T> perAxis, IReadOnlyList<int> order) => [.. order.Select(axis => perAxis[axis])];

    /// <summary>Step in memory, in the source, of each axis of the result.</summary>
    public static int[] Steps(VolumeShape from, IReadOnlyList<int> order) => Of([from.Height * from.Width, from.Width, 1], order);

    /// <summary>Copies one channel.</summary>
    /// <param name="source">[depth, height, width].</param>
    /// <param name="from">Its size.</param>
    /// <param name="order">The source's axis of each axis of the result.</param>
    /// <param name="target">The result.</param>
    public static void Copy<T>(ReadOnlySpan<T> source, VolumeShape from, IReadOnlyList<int> order, Span<T> target)
        where T : unmanaged
    {
        var to = Of(from, order);
        var steps = Steps(from, order);
        var at = 0;
        for (var z = 0; z < to.Depth; z++)
        {
            for (var y = 0; y < to.Height; y++, at += to.Width)
            {
                var start = (z * steps[0]) + (y * steps[1]);
                if (steps[2] == 1)
                {
                    source.Slice(start, to.Width).CopyTo(target[at..]);
                    continue;
                }

                for (var x = 0; x < to.Width; x++)
                {
                    target[at + x] = source[start + (x * steps[2])];
                }
            }
        }
    }
}
