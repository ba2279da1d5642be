using System.Numerics.Tensors;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Planning;

namespace Microsoft.ML.MedicalSegmentation.Preprocessing;

/// <summary>Normalises one channel in place, in single precision.</summary>
internal static class ChannelNormalizer
{
    private const float SmallestDivisor = 1e-8f;

    /// <summary>Normalises.</summary>
    /// <param name="values">[depth, height, width], cropped.</param>
    /// <param name="channel">The rule.</param>
    /// <param name="mask">Voxels that are not 0, where the rule counts only those.</param>
    /// <param name="name">What errors call the image.</param>
    /// <exception cref="InputDataException">Colours lie outside 0 to 255.</exception>
    public static void Normalize(Span<float> values, PlannedChannel channel, bool[] mask, string name)
    {
        switch (channel.Scheme)
        {
            case NormalizationScheme.ZScore when channel.WithinNonzero:
                ZScoreWithin(values, mask);
                break;
            case NormalizationScheme.ZScore:
                var moments = Moments.Of(values);
                Standardize(values, (float)moments.Mean, (float)moments.Deviation);
                break;
            case NormalizationScheme.CT when channel.Statistics is { } statistics:
                TensorPrimitives.Max(values, (float)statistics.LowerPercentile, values);
                TensorPrimitives.Min(values, (float)statistics.UpperPercentile, values);
                Standardize(values, (float)statistics.Mean, (float)statistics.StandardDeviation);
                break;
            case NormalizationScheme.RescaleTo01:
                TensorPrimitives.Subtract(values, TensorPrimitives.Min<float>(values), values);
                TensorPrimitives.Divide(values, Math.Max(TensorPrimitives.Max<float>(values), SmallestDivisor), values);
                break;
            case NormalizationScheme.RgbTo01:
                RequireColours(values, name);
                TensorPrimitives.Divide(values, 255f, values);
                break;
        }
    }

    /// <summary>
    /// The rule of a channel where each value changes by itself, so that an image need not be held whole; null where the rule needs a mask
    /// or all values.
    /// </summary>
    /// <param name="channel">The rule.</param>
    /// <param name="moments">Gives mean and deviation of the cropped channel.</param>
    /// <param name="rule">What is done to each value; null for nothing.</param>
    /// <returns>True if values change by themselves.</returns>
    public static bool TryGetRule(PlannedChannel channel, Func<Moments> moments, out ValueRule? rule)
    {
        rule = null;
        switch (channel.Scheme)
        {
            case NormalizationScheme.None:
                return true;
            case NormalizationScheme.CT when channel.Statistics is not null:
                rule = values => Normalize(values, channel, [], "");
                return true;
            case NormalizationScheme.ZScore when !channel.WithinNonzero:
                var found = moments();
                rule = values => Standardize(values, (float)found.Mean, (float)found.Deviation);
                return true;
            default:
                return false;
        }
    }

    private static void Standardize(Span<float> values, float mean, float deviation)
    {
        TensorPrimitives.Subtract(values, mean, values);
        TensorPrimitives.Divide(values, Math.Max(deviation, SmallestDivisor), values);
    }

    private static void ZScoreWithin(Span<float> values, bool[] mask)
    {
        var inside = new float[mask.Count(isInside => isInside)];
        for (int i = 0, at = 0; i < mask.Length; i++)
        {
            if (mask[i])
            {
                inside[at++] = values[i];
            }
        }

        if (inside.Length == 0)
        {
            return;
        }

        var moments = Moments.Of(inside);
        Standardize(inside, (float)moments.Mean, (float)moments.Deviation);
        for (int i = 0, at = 0; i < mask.Length; i++)
        {
            if (mask[i])
            {
                values[i] = inside[at++];
            }
        }
    }

    private static void RequireColours(ReadOnlySpan<float> values, string name)
    {
        var range = (Minimum: TensorPrimitives.Min(values), Maximum: TensorPrimitives.Max(values));
        if (range.Minimum < 0 || range.Maximum > 255)
        {
            throw new InputDataException(
                $"{name} has values from {range.Minimum} to {range.Maximum}; the model was trained on colours from 0 to 255. Give a "
                    + "picture of 8 bits per colour."
            );
        }
    }
}
