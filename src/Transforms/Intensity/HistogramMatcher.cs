using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Intensity;

/// <summary>The arithmetic of histogram matching, apart from columns and files.</summary>
internal static class HistogramMatcher
{
    /// <summary>A single-precision copy whose landmarks lie where they were learnt to lie.</summary>
    /// <param name="volume">Values of any type; stays as it is.</param>
    /// <param name="settings">Valid settings.</param>
    /// <param name="mask">Confines the landmarks, not the result, to its voxels above 0; must lie on the volume's grid.</param>
    /// <exception cref="InputDataException">
    /// The channels are not those that were learnt, a value is NaN or infinite and has no replacement, or the mask does not fit.
    /// </exception>
    public static Volume<float> Match(Volume volume, HistogramMatchingSettings settings, LabelVolume? mask)
    {
        if (volume.Shape.Channels != settings.Standard.Length)
        {
            throw new InputDataException(
                $"{volume.NameInErrors} has {volume.Shape.Channels} channels; MatchHistograms learnt from volumes of "
                    + $"{settings.Standard.Length}. Load the channels that it was fitted with."
            );
        }

        var values = LargeArray.Allocate<float>(checked((int)volume.Shape.Count));
        volume.CopyValues(0, values);
        FiniteValues.Settle(values, volume, settings.NonFiniteReplacement);
        var inside = mask is null ? null : IntensityNormalizer.ReadMask(mask, volume);
        var count = (int)volume.Shape.ChannelCount;
        for (var channel = 0; channel < settings.Standard.Length; channel++)
        {
            var block = values.AsSpan(channel * count, count);
            Map(block, settings.Landmarks(block, inside), settings.Standard[channel], settings);
        }

        return Volume.Create(values, volume.Shape, volume.Geometry, header: volume.Header);
    }

    private static void Map(Span<float> values, double[] landmarks, double[] standard, HistogramMatchingSettings settings)
    {
        // Pieces of no width map nothing; their standard values are met from both sides.
        var pieces = Enumerable.Range(0, Math.Max(0, landmarks.Length - 1)).Where(i => landmarks[i + 1] > landmarks[i])
            .Select(i => new Piece(landmarks[i], standard[i], (standard[i + 1] - standard[i]) / (landmarks[i + 1] - landmarks[i])))
            .ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            if (settings.NonZeroOnly && values[i] == 0)
            {
                continue;
            }

            var piece = pieces.Length - 1;
            while (piece > 0 && values[i] < pieces[piece].Start)
            {
                piece--;
            }

            var mapped = piece < 0 ? settings.ScaleMinimum : pieces[piece].Map(values[i]);
            values[i] = (float)(settings.ClipTails ? Math.Clamp(mapped, settings.ScaleMinimum, settings.ScaleMaximum) : mapped);
        }
    }

    private readonly record struct Piece(double Start, double Standard, double Slope)
    {
        public double Map(double value) => Standard + ((value - Start) * Slope);
    }
}
