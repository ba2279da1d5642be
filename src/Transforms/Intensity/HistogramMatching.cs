using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation.Intensity;

/// <summary>How histograms are matched, with what was learnt; checked once, then unchanging.</summary>
/// <param name="Percentiles">The landmarks.</param>
/// <param name="ScaleMinimum">Lower end of the standard scale.</param>
/// <param name="ScaleMaximum">Upper end of the standard scale.</param>
/// <param name="NonZeroOnly">Whether voxels of 0 are left out.</param>
/// <param name="ClipTails">Whether values beyond the outer landmarks are held at the ends.</param>
/// <param name="NonFiniteReplacement">For NaN and infinite values.</param>
/// <param name="Standard">For each channel, where each landmark goes.</param>
internal sealed record HistogramMatchingSettings(
    double[] Percentiles,
    double ScaleMinimum,
    double ScaleMaximum,
    bool NonZeroOnly,
    bool ClipTails,
    float? NonFiniteReplacement,
    double[][] Standard) : ICheckedSettings
{
    /// <inheritdoc/>
    public void Validate()
    {
        var faults = new OptionFaults();
        faults.Add(
            Percentiles.Length < 2
                || !(Percentiles[0] >= 0 && Percentiles[^1] <= 100)
                || !Percentiles.Zip(Percentiles.Skip(1), (a, b) => a < b).All(rises => rises),
            $"Percentiles are {string.Join(", ", Percentiles)}; they must be at least two, rising, between 0 and 100."
        );
        faults.Add(
            !(double.IsFinite(ScaleMinimum) && double.IsFinite(ScaleMaximum) && ScaleMinimum < ScaleMaximum),
            $"The scale goes from {ScaleMinimum} to {ScaleMaximum}; its ends must be finite, the lower first.");
        faults.Add(
            NonFiniteReplacement is { } replacement && !float.IsFinite(replacement),
            $"NonFiniteReplacement is {NonFiniteReplacement}; it must be a finite number.");
        faults.Add(
            Standard.Length == 0
                || Standard.Any(channel =>
                    channel.Length != Percentiles.Length
                    || !channel.All(double.IsFinite)
                    || channel.Zip(channel.Skip(1), (a, b) => a > b).Any(falls => falls)
                ),
            "The learnt landmarks are not one rising row of finite numbers per channel."
        );
        faults.ThrowIfAny(MatchHistogramsEstimator.Name);
    }

    /// <summary>The percentiles of one channel's values; empty if no voxel is left.</summary>
    /// <param name="values">All of the channel.</param>
    /// <param name="inside">Leaves out voxels that are not inside; null for none.</param>
    public double[] Landmarks(ReadOnlySpan<float> values, bool[]? inside)
    {
        var used = new float[values.Length];
        var size = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if ((inside is null || inside[i]) && !(NonZeroOnly && values[i] == 0))
            {
                used[size++] = values[i];
            }
        }

        return size == 0 ? [] : OrderStatistics.Percentiles(used.AsSpan(0, size), Percentiles);
    }
}

/// <summary>Maps the landmarks of a row's volume to those that were learnt.</summary>
internal sealed class HistogramMatching(HistogramMatchingSettings settings)
    : SettingsFunction<VolumeInput, VolumeOutput, HistogramMatchingSettings>(settings, new MatchHistogramsContract())
{
    public override void Apply(VolumeInput input, VolumeOutput output) =>
        output.Volume = HistogramMatcher.Match(input.Volume, Settings, mask: null);
}

/// <summary>Maps the landmarks that a row's volume has within its mask to those that were learnt.</summary>
internal sealed class MaskedHistogramMatching(HistogramMatchingSettings settings)
    : SettingsFunction<MaskedVolumeInput, VolumeOutput, HistogramMatchingSettings>(settings, new MatchHistogramsInMaskContract())
{
    public override void Apply(MaskedVolumeInput input, VolumeOutput output) =>
        output.Volume = HistogramMatcher.Match(input.Volume, Settings, input.Mask);
}

/// <summary>Version 1 of saved MatchHistograms without a mask.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class MatchHistogramsContract()
    : RowContract<VolumeInput, VolumeOutput>(ContractName, state => new HistogramMatching(state.Read<HistogramMatchingSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "MatchHistograms/1";
}

/// <summary>Version 1 of saved MatchHistograms with a mask.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class MatchHistogramsInMaskContract()
    : RowContract<MaskedVolumeInput, VolumeOutput>(
        ContractName,
        state => new MaskedHistogramMatching(state.Read<HistogramMatchingSettings>())
    )
{
    public const string ContractName = ZipStages.ContractPrefix + "MatchHistogramsInMask/1";
}
