namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>
/// Resizes images by linear interpolation; where they shrink, over as many voxels as one covers, so that fine detail is averaged and not
/// aliased.
/// </summary>
/// <remarks>
/// The weights are those of a triangle around the centre of each new voxel, with the centres of both grids over the same extent.
/// </remarks>
internal static class ImageSizing
{
    /// <summary>Resizes every channel.</summary>
    /// <param name="values">[C, D, H, W].</param>
    /// <param name="from">Their sizes.</param>
    /// <param name="to">The sizes wanted; the channels are those of <paramref name="from"/>.</param>
    /// <returns>[C, D', H', W']; the array itself where it has that size.</returns>
    public static float[] Resize(float[] values, VolumeShape from, VolumeShape to)
    {
        // x, y, z: the axis that shrinks most comes first, so that the others have less to do.
        int[] sides = [from.Width, from.Height, from.Depth];
        int[] wanted = [to.Width, to.Height, to.Depth];
        foreach (
            var axis in Enumerable
                .Range(0, 3)
                .Where(axis => sides[axis] != wanted[axis])
                .OrderBy(axis => (double)wanted[axis] / sides[axis])
                .ToList()
        )
        {
            values = Resize(values, sides.Take(axis).Aggregate(1, (product, side) => product * side), sides[axis], wanted[axis]);
            sides[axis] = wanted[axis];
        }

        return values;
    }

    // [outer, before, inner] -> [outer, after, inner].
    private static float[] Resize(float[] values, int inner, int before, int after)
    {
        var outer = values.Length / inner / before;
        var result = new float[checked(outer * after * inner)];
        var taps = Enumerable.Range(0, after).Select(place => Taps(place, before, after)).ToArray();
        for (var block = 0; block < outer; block++)
        {
            for (var place = 0; place < after; place++)
            {
                var target = result.AsSpan(((block * after) + place) * inner, inner);
                var (first, weights) = taps[place];
                for (var tap = 0; tap < weights.Length; tap++)
                {
                    var source = values.AsSpan(((block * before) + first + tap) * inner, inner);
                    System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(source, weights[tap], target, target);
                }
            }
        }

        return result;
    }

    private static (int First, float[] Weights) Taps(int place, int before, int after)
    {
        var step = (double)before / after;
        var (centre, reach) = ((place + 0.5) * step, Math.Max(1, step));
        var first = Math.Max(0, (int)Math.Floor(centre - reach));
        var end = Math.Min(before, (int)Math.Ceiling(centre + reach));
        var weights = Enumerable
            .Range(first, end - first)
            .Select(voxel => Math.Max(0, 1 - (Math.Abs(voxel + 0.5 - centre) / reach)))
            .ToArray();
        var sum = weights.Sum();
        return (first, Array.ConvertAll(weights, weight => (float)(weight / sum)));
    }
}
