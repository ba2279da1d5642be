using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Preprocessing.Resizing;

/// <summary>
/// Resizes labels, [z, y, x]: each label's mask is interpolated linearly, and a voxel gets the last label of at least one half.
/// </summary>
/// <remarks>A voxel where no label reaches one half gets 0.</remarks>
internal static class LabelResize
{
    /// <summary>Resizes all axes together.</summary>
    /// <param name="source">[z, y, x] before.</param>
    /// <param name="from">Its size.</param>
    /// <param name="target">[z, y, x] after.</param>
    /// <param name="to">Its size.</param>
    /// <param name="order">0 nearest, 1 linear; cubic labels are not computed.</param>
    /// <param name="mostFrequent">True to give each voxel the label that counts most instead of the last of at least one half.</param>
    /// <param name="parallel">Bounds the threads.</param>
    public static void Whole(
        ReadOnlyMemory<int> source,
        VolumeShape from,
        Memory<int> target,
        VolumeShape to,
        int order,
        bool mostFrequent,
        ParallelOptions parallel
    )
    {
        AxisResize x = new(order, from.Width, to.Width), y = new(order, from.Height, to.Height), z = new(order, from.Depth, to.Depth);
        Parallel.For(0, to.Depth, parallel, (int k) =>
        {
            var labels = source.Span;
            var result = target.Span;
            Span<int> corners = stackalloc int[8];
            for (var j = 0; j < to.Height; j++)
            {
                Span<int> rows =
                [
                    Row(z.FirstIndex(k), y.FirstIndex(j)),
                    Row(z.FirstIndex(k), y.SecondIndex(j)),
                    Row(z.SecondIndex(k), y.FirstIndex(j)),
                    Row(z.SecondIndex(k), y.SecondIndex(j)),
                ];
                for (var i = 0; i < to.Width; i++)
                {
                    for (var row = 0; row < 4; row++)
                    {
                        corners[2 * row] = labels[rows[row] + x.FirstIndex(i)];
                        corners[(2 * row) + 1] = labels[rows[row] + x.SecondIndex(i)];
                    }

                    result[(((k * to.Height) + j) * to.Width) + i] = corners.ContainsAnyExcept(corners[0])
                        ? Decide(corners, new Corners(z, k, y, j, x, i), mostFrequent)
                        : corners[0];
                }
            }
        });

        int Row(int k, int j) => ((k * from.Height) + j) * from.Width;
    }

    /// <summary>
    /// Resizes slices in their plane, then across them: the nearest slice, or for <paramref name="orderZ"/> 1 the last label above one
    /// half.
    /// </summary>
    public static void Slices(
        ReadOnlyMemory<int> source,
        VolumeShape from,
        Memory<int> target,
        VolumeShape to,
        int order,
        int orderZ,
        bool mostFrequent,
        ParallelOptions parallel
    )
    {
        var flat = to with { Depth = from.Depth };
        var between = LargeArray.Allocate<int>(checked((int)flat.ChannelCount));
        Whole(source, from, between, flat, order, mostFrequent, parallel);
        AxisResize z = new(orderZ, from.Depth, to.Depth);
        var plane = to.Height * to.Width;
        Parallel.For(0, to.Depth, parallel, (int k) =>
        {
            var one = between.AsSpan(z.FirstIndex(k) * plane, plane);
            var other = between.AsSpan(z.SecondIndex(k) * plane, plane);
            var result = target.Span.Slice(k * plane, plane);
            one.CopyTo(result);
            for (var p = 0; orderZ == 1 && !z.IsIdentity && p < plane; p++)
            {
                result[p] = one[p] == other[p] ? one[p] : z.Remainder(k) > 0.5 ? one[p] : z.Fraction(k) > 0.5 ? other[p] : 0;
            }
        });
    }

    // Sums run over the corners with x fastest, one after the other, so that ties at one half fall as in SciPy.
    private static int Decide(ReadOnlySpan<int> labels, Corners corners, bool mostFrequent)
    {
        int? chosen = null;
        var most = 0.0;
        for (var corner = 0; corner < 8; corner++)
        {
            var label = labels[corner];
            if (labels[..corner].Contains(label))
            {
                continue;
            }

            var sum = 0.0;
            for (var other = corner; other < 8; other++)
            {
                sum += labels[other] == label ? corners.Weight(other) : 0;
            }

            if (mostFrequent ? sum > most || (sum == most && label < chosen) : sum >= 0.5 && !(label < chosen))
            {
                (chosen, most) = (label, sum);
            }
        }

        return chosen ?? 0;
    }

    private readonly ref struct Corners(AxisResize z, int k, AxisResize y, int j, AxisResize x, int i)
    {
        public double Weight(int corner) =>
            ((corner & 4) == 0 ? z.Remainder(k) : z.Fraction(k))
            * ((corner & 2) == 0 ? y.Remainder(j) : y.Fraction(j))
            * ((corner & 1) == 0 ? x.Remainder(i) : x.Fraction(i));
    }
}
