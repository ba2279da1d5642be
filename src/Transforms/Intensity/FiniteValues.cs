namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Finds NaN and infinite voxels, which would spread through every statistic and network.</summary>
internal static class FiniteValues
{
    /// <summary>Replaces values that are not finite, or fails where there is no replacement.</summary>
    /// <exception cref="ArgumentException">There are such values and no replacement; tells how many, and where the first lies.</exception>
    public static void Settle(Span<float> values, VolumeShape shape, float? replacement)
    {
        var count = 0;
        var first = -1;
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                first = count++ == 0 ? i : first;
                values[i] = replacement ?? values[i];
            }
        }

        if (count > 0 && replacement is null)
        {
            var (row, x) = Math.DivRem(first, shape.Width);
            var (plane, y) = Math.DivRem(row, shape.Height);
            var (channel, z) = Math.DivRem(plane, shape.Depth);
            throw new ArgumentException(
                $"{count} of {values.Length} voxels are NaN or infinite; the first is {values[first]} at [channel {channel}, z {z}, y {y}, x {x}]. Correct the file, or set NonFiniteReplacement to a value that takes their place.");
        }
    }
}
