using System.Numerics.Tensors;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Intensity;

/// <summary>The arithmetic of intensity normalisation, apart from columns and files.</summary>
internal static class IntensityNormalizer
{
    /// <summary>A single-precision copy with every channel normalised.</summary>
    /// <param name="volume">Values of any type; stays as it is.</param>
    /// <param name="settings">Valid settings.</param>
    /// <param name="mask">Confines the region to its voxels above 0; must lie on the volume's grid.</param>
    /// <exception cref="InputDataException">A value is NaN or infinite and has no replacement, or the mask does not fit.</exception>
    public static Volume<float> Normalize(Volume volume, NormalizeIntensityEstimator.Options settings, LabelVolume? mask)
    {
        var values = LargeArray.Allocate<float>(checked((int)volume.Shape.Count));
        if (
            mask is null
            && settings is { Method: IntensityMethod.ZScore, NonZeroOnly: false, ClipsToPercentiles: false }
            && TryZScore(volume, values)
        )
        {
            return Volume.Create(values, volume.Shape, volume.Geometry, header: volume.Header);
        }

        volume.CopyValues(0, values);
        FiniteValues.Settle(values, volume, settings.NonFiniteReplacement);
        var inside = mask is null ? null : ReadMask(mask, volume);
        var count = (int)volume.Shape.ChannelCount;
        for (var channel = 0; channel < volume.Shape.Channels; channel++)
        {
            var block = values.AsSpan(channel * count, count);
            if (inside is null && !settings.NonZeroOnly)
            {
                Normalize(block, settings);
            }
            else
            {
                NormalizeRegion(block, inside, settings);
            }
        }

        return Volume.Create(values, volume.Shape, volume.Geometry, header: volume.Header);
    }

    // The usual case, straight from the stored voxels; false if one is NaN or infinite.
    private static bool TryZScore(Volume volume, float[] values)
    {
        for (var channel = 0; channel < volume.Shape.Channels; channel++)
        {
            var (mean, deviation) = ChannelStatistics.Of(volume, channel);
            if (!double.IsFinite(mean) || !double.IsFinite(deviation))
            {
                return false;
            }

            ChannelStatistics.Rescale(volume, channel, mean, FactorOf(deviation, mean), values);
        }

        return true;
    }

    // The voxels of a region are normalised by themselves; all others become 0.
    private static void NormalizeRegion(Span<float> values, bool[]? mask, NormalizeIntensityEstimator.Options settings)
    {
        var region = new float[values.Length];
        var size = 0;
        var inside = new bool[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            inside[i] = (mask is null || mask[i]) && !(settings.NonZeroOnly && values[i] == 0);
            if (inside[i])
            {
                region[size++] = values[i];
            }
        }

        Normalize(region.AsSpan(0, size), settings);
        size = 0;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = inside[i] ? region[size++] : 0;
        }
    }

    private static void Normalize(Span<float> values, NormalizeIntensityEstimator.Options settings)
    {
        if (values.IsEmpty)
        {
            return;
        }

        if (settings.ClipsToPercentiles)
        {
            var limits = OrderStatistics.Percentiles(values, settings.LowerPercentile, settings.UpperPercentile);
            Clip(values, (float)limits[0], (float)limits[1]);
        }

        switch (settings.Method)
        {
            case IntensityMethod.ZScore:
                var moments = Moments.Of(values);
                Rescale(values, moments.Mean, FactorOf(moments.Deviation, moments.Mean));
                break;
            case IntensityMethod.MinMax:
                double minimum = TensorPrimitives.Min<float>(values);
                double maximum = TensorPrimitives.Max<float>(values);
                Rescale(values, minimum, maximum > minimum ? 1 / (maximum - minimum) : 0);
                break;
            case IntensityMethod.Window:
                var (center, width) = (settings.WindowCenter.GetValueOrDefault(), settings.WindowWidth.GetValueOrDefault());
                Rescale(values, center - (width / 2), 1 / width);
                Clip(values, 0, 1);
                break;
        }
    }

    /// <summary>Brings values outside the limits to the limits.</summary>
    internal static void Clip(Span<float> values, float lower, float upper)
    {
        TensorPrimitives.Max(values, lower, values);
        TensorPrimitives.Min(values, upper, values);
    }

    /// <summary>
    /// 1 / deviation; 0 for a spread below the resolution of single precision, which is rounding: the channel is constant.
    /// </summary>
    internal static double FactorOf(double deviation, double mean) => deviation > 1e-7 * Math.Abs(mean) ? 1 / deviation : 0;

    /// <summary>(value - origin) * factor.</summary>
    internal static void Rescale(Span<float> values, double origin, double factor)
    {
        TensorPrimitives.Subtract(values, (float)origin, values);
        TensorPrimitives.Multiply(values, (float)factor, values);
    }

    /// <summary>Which voxels of a channel have a label above 0.</summary>
    /// <exception cref="InputDataException">The mask lies on another grid, or has no such voxel.</exception>
    internal static bool[] ReadMask(LabelVolume mask, Volume volume, bool mayBeEmpty = false)
    {
        if (!mask.Shape.SameGrid(volume.Shape) || !mask.Geometry.Matches(volume.Geometry, volume.Shape))
        {
            throw new InputDataException(
                $"The mask {mask.Voxels.NameInErrors} ({mask.Shape}; {mask.Geometry}) does not lie on the "
                    + $"grid of {volume.NameInErrors} ({volume.Shape}; {volume.Geometry}). Resample one to the "
                    + "other, or give the mask that belongs to this volume."
            );
        }

        var inside = new bool[volume.Shape.ChannelCount];
        var labels = new int[Math.Min(inside.Length, 1 << 16)];
        var any = false;
        for (var start = 0; start < inside.Length; start += labels.Length)
        {
            var block = labels.AsSpan(0, Math.Min(labels.Length, inside.Length - start));
            mask.CopyLabels(start, block);
            for (var i = 0; i < block.Length; i++)
            {
                any |= inside[start + i] = block[i] > 0;
            }
        }

        return any || mayBeEmpty
            ? inside
            : throw new InputDataException(
                $"The mask {mask.Voxels.NameInErrors} has no voxel above 0, so there is no region to take statistics of. Give the "
                    + "mask that belongs to this volume, or leave the mask out."
            );
    }
}
