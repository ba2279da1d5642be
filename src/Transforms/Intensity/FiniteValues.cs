namespace Microsoft.ML.MedicalSegmentation.Intensity;

/// <summary>Finds NaN and infinite voxels, which would spread through every statistic and network.</summary>
internal static class FiniteValues
{
    /// <summary>Replaces values that are not finite, or fails where there is no replacement.</summary>
    /// <param name="values">The values of <paramref name="volume"/>, in its order.</param>
    /// <param name="volume">Where they come from; stands in the error.</param>
    /// <param name="replacement">Takes the place of values that are not finite; null if they are an error.</param>
    /// <exception cref="InputDataException">
    /// There are such values and no replacement; the message gives their number and the place of the first.
    /// </exception>
    public static void Settle(Span<float> values, Volume volume, float? replacement)
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
            var (row, x) = Math.DivRem(first, volume.Shape.Width);
            var (plane, y) = Math.DivRem(row, volume.Shape.Height);
            var (channel, z) = Math.DivRem(plane, volume.Shape.Depth);
            throw new InputDataException(
                $"In {volume.NameInErrors}, {count} of {values.Length} voxels are NaN or infinite; the first is "
                    + $"{values[first]} at [channel {channel}, z {z}, y {y}, x {x}]. Correct the file, or set "
                    + "NonFiniteReplacement to a value that takes their place."
            );
        }
    }
}
