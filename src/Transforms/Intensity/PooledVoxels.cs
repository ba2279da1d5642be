using System.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Intensity;

/// <summary>Shows the voxels of a volume's region to the pool of each channel.</summary>
internal static class PooledVoxels
{
    /// <param name="volume">What to read.</param>
    /// <param name="nonZeroOnly">Leaves out voxels of value 0.</param>
    /// <param name="mask">Leaves out voxels where it is 0; null for none.</param>
    /// <param name="replacement">Takes the place of values that are not finite; null if they are an error.</param>
    /// <param name="pools">One per channel.</param>
    /// <exception cref="ArgumentException">A value is NaN or infinite and has no replacement, or the mask does not fit.</exception>
    public static void Add(Volume volume, bool nonZeroOnly, LabelVolume? mask, float? replacement, IReadOnlyList<IntensityPool> pools)
    {
        var inside = mask is null ? null : IntensityNormalizer.ReadMask(mask, volume, mayBeEmpty: true);
        for (var channel = 0; channel < pools.Count; channel++)
        {
            var counts = volume.Channel(channel) switch
            {
                Volume<byte> voxels => Count(voxels, inside),
                Volume<sbyte> voxels => Count(voxels, inside),
                Volume<ushort> voxels => Count(voxels, inside),
                Volume<short> voxels => Count(voxels, inside),
                _ => null,
            };
            if (counts is null)
            {
                pools[channel].Add(Select(volume, channel, nonZeroOnly, inside, replacement));
            }
            else
            {
                pools[channel].Add(nonZeroOnly ? [.. counts.Where(count => count.Value != 0)] : counts);
            }
        }
    }

    // Each value of small integers, as single precision gives it, and how often it occurs.
    private static List<(float Value, long Count)> Count<T>(Volume<T> volume, bool[]? inside)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        var least = int.CreateChecked(T.MinValue);
        var counts = new long[int.CreateChecked(T.MaxValue) - least + 1];
        var voxels = volume.Voxels;
        for (var i = 0; i < voxels.Length; i++)
        {
            if (inside is null || inside[i])
            {
                counts[int.CreateTruncating(voxels[i]) - least]++;
            }
        }

        var (slope, intercept) = ((float)volume.Scaling.Slope, (float)volume.Scaling.Intercept);
        return
        [
            .. counts.Index().Where(count => count.Item > 0).Select(count => (((count.Index + least) * slope) + intercept, count.Item)),
        ];
    }

    private static ReadOnlySpan<float> Select(Volume volume, int channel, bool nonZeroOnly, bool[]? inside, float? replacement)
    {
        var values = new float[volume.Shape.ChannelCount];
        volume.CopyValues(channel * volume.Shape.ChannelCount, values);
        FiniteValues.Settle(values, volume.Channel(channel), replacement);
        if (inside is null && !nonZeroOnly)
        {
            return values;
        }

        var size = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if ((inside is null || inside[i]) && !(nonZeroOnly && values[i] == 0))
            {
                values[size++] = values[i];
            }
        }

        return values.AsSpan(0, size);
    }
}
