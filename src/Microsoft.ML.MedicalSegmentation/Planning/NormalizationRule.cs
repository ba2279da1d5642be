namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>Chooses how channels are normalised by their names.</summary>
internal static class NormalizationRule
{
    private const double CroppedAway = 0.75;

    private static readonly Dictionary<string, NormalizationScheme> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["CT"] = NormalizationScheme.CT,
        ["noNorm"] = NormalizationScheme.None,
        ["zscore"] = NormalizationScheme.ZScore,
        ["rescale_to_0_1"] = NormalizationScheme.RescaleTo01,
        ["rgb_to_0_1"] = NormalizationScheme.RgbTo01,
    };

    /// <summary>A z-score for every channel whose name does not select another rule.</summary>
    public static IReadOnlyList<ChannelNormalization> Choose(
        IReadOnlyList<string> channels, double medianRelativeSize, List<PlanDecision> decisions)
    {
        var withinNonzero = medianRelativeSize < CroppedAway;
        var chosen = channels.Select(name => Names.GetValueOrDefault(name, NormalizationScheme.ZScore))
            .Select(scheme => new ChannelNormalization(scheme, withinNonzero && scheme == NormalizationScheme.ZScore))
            .ToList();
        foreach (var (name, normalization) in channels.Zip(chosen))
        {
            var mask =
                normalization.Scheme != NormalizationScheme.ZScore
                    ? ""
                    : $" The box of what is not 0 holds {medianRelativeSize:P0} of the median case, "
                        + $"{(withinNonzero ? "below" : "not below")} {CroppedAway:P0}, so "
                        + $"{(withinNonzero ? "only voxels that are not 0" : "all voxels of the box")} count.";
            decisions.Add(
                new(
                    null,
                    $"normalisation of channel '{name}'",
                    normalization.Scheme + (normalization.WithinNonzero ? ", within nonzero" : ""),
                    (
                        Names.ContainsKey(name)
                            ? $"By the channel's name.{mask}"
                            : $"The channel's name is none of {string.Join(", ", Names.Keys)}, so each image has its own z-score.{mask}"
                    )
                )
            );
        }

        return chosen;
    }
}
