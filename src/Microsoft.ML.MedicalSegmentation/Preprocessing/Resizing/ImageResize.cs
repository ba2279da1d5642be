using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Preprocessing.Resizing;

/// <summary>Resizes one channel of an image, [z, y, x].</summary>
/// <remarks>Beside both arrays it takes 8 bytes per value of [z before, y after, x after]; with thick slices only a few slices.</remarks>
internal static class ImageResize
{
    /// <summary>Resizes all axes together; a spline is clipped to the range of the channel.</summary>
    /// <remarks>Every slice of the source is read twice.</remarks>
    public static void Whole(
        ChannelSlices source,
        VolumeShape from,
        Memory<float> target,
        VolumeShape to,
        int order,
        ParallelOptions parallel
    )
    {
        AxisResize x = new(order, from.Width, to.Width), y = new(order, from.Height, to.Height), z = new(order, from.Depth, to.Depth);
        var range = RangeOf(source, from, parallel);
        var newPlane = to.Height * to.Width;
        if (z.IsIdentity)
        {
            EachSlice(
                from.Depth,
                x,
                y,
                parallel,
                (slice, i) => range.Clip(slice.Apply(source.Read(i, slice.Buffer)), target.Span.Slice(i * newPlane, newPlane))
            );
            return;
        }

        using var between = new NativeArray<double>((long)from.Depth * newPlane);
        EachSlice(
            from.Depth,
            x,
            y,
            parallel,
            (slice, i) => slice.Apply(source.Read(i, slice.Buffer)).CopyTo(between.AsSpan((long)i * newPlane, newPlane))
        );
        Across(between, target, z, newPlane, range, parallel);
    }

    /// <summary>Resizes slices in their plane, each clipped to its own range, then across them.</summary>
    /// <param name="source">[z, y, x] before.</param>
    /// <param name="from">Its size.</param>
    /// <param name="target">[z, y, x] after.</param>
    /// <param name="to">Its size.</param>
    /// <param name="order">In the plane of slices.</param>
    /// <param name="orderZ">Across slices, 0 or 1.</param>
    /// <param name="parallel">Bounds the threads.</param>
    public static void Slices(
        ChannelSlices source,
        VolumeShape from,
        Memory<float> target,
        VolumeShape to,
        int order,
        int orderZ,
        ParallelOptions parallel
    )
    {
        AxisResize x = new(order, from.Width, to.Width), y = new(order, from.Height, to.Height), z = new(orderZ, from.Depth, to.Depth);
        var newPlane = to.Height * to.Width;
        if (orderZ == 0 || z.IsIdentity)
        {
            var targets = Enumerable.Range(0, to.Depth).ToLookup(z.FirstIndex);
            EachSlice(from.Depth, x, y, parallel, (slice, i) =>
            {
                var values = source.Read(i, slice.Buffer);
                Span<float> resized = default;
                foreach (var nearest in targets[i])
                {
                    var result = target.Span.Slice(nearest * newPlane, newPlane);
                    if (resized.IsEmpty)
                    {
                        ValueRange.Of(values).Clip(slice.Apply(values), result);
                        resized = result;
                    }
                    else
                    {
                        resized.CopyTo(result);
                    }
                }
            });
            return;
        }

        using var between = new NativeArray<double>((long)from.Depth * newPlane);
        EachSlice(from.Depth, x, y, parallel, (slice, i) =>
        {
            var values = source.Read(i, slice.Buffer);
            ValueRange.Of(values).Clip(slice.Apply(values), between.AsSpan((long)i * newPlane, newPlane));
        });
        Across(between, target, z, newPlane, new(double.NegativeInfinity, double.PositiveInfinity), parallel);
    }

    private static ValueRange RangeOf(ChannelSlices source, VolumeShape shape, ParallelOptions parallel)
    {
        var ranges = new ValueRange[shape.Depth];
        Parallel.For(0, shape.Depth, parallel, () => new float[shape.Height * shape.Width], (z, _, buffer) =>
        {
            ranges[z] = ValueRange.Of(source.Read(z, buffer));
            return buffer;
        }, static _ => { });
        return ranges.Aggregate((one, other) => new(Math.Min(one.Minimum, other.Minimum), Math.Max(one.Maximum, other.Maximum)));
    }

    private static void Across(
        NativeArray<double> between,
        Memory<float> target,
        AxisResize z,
        int plane,
        ValueRange range,
        ParallelOptions parallel
    ) =>
        Parallel.For(
            0,
            (plane + AxisResize.Columns - 1) / AxisResize.Columns,
            parallel,
            () => new ColumnBlocks(z),
            (block, _, columns) =>
            {
                columns.Apply(between, target.Span, plane, block * AxisResize.Columns, range);
                return columns;
            },
            static _ => { }
        );

    private static void EachSlice(int count, AxisResize x, AxisResize y, ParallelOptions parallel, Action<SliceResize, int> act)
        => Parallel.For(0, count, parallel, () => new SliceResize(y, x), (i, _, slice) =>
        {
            act(slice, i);
            return slice;
        }, static _ => { });
}
