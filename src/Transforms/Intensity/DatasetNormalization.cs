using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation.Intensity;

/// <summary>What was learnt of one channel, in the unit of its values.</summary>
/// <param name="Lower">The lower percentile.</param>
/// <param name="Upper">The upper percentile.</param>
/// <param name="Mean">Mean before clipping.</param>
/// <param name="StandardDeviation">Of the population, before clipping.</param>
internal sealed record ChannelIntensity(float Lower, float Upper, double Mean, double StandardDeviation);

/// <summary>How volumes are normalised, with what was learnt; checked once, then unchanging.</summary>
internal sealed record DatasetNormalizationSettings(
    IntensityMethod Method,
    bool NonZeroOnly,
    double LowerPercentile,
    double UpperPercentile,
    float? NonFiniteReplacement,
    ChannelIntensity[] Channels) : ICheckedSettings
{
    /// <inheritdoc/>
    public void Validate()
    {
        var faults = new OptionFaults();
        faults.Add(
            Method is not (IntensityMethod.ZScore or IntensityMethod.MinMax or IntensityMethod.ClipOnly),
            $"Method is {Method}; use ZScore, MinMax or ClipOnly. A window learns nothing: use NormalizeIntensity.");
        faults.Add(
            !(LowerPercentile >= 0 && LowerPercentile < UpperPercentile && UpperPercentile <= 100),
            $"The percentiles are {LowerPercentile} and {UpperPercentile}; they must lie between 0 and 100, the lower first.");
        faults.Add(
            NonFiniteReplacement is { } replacement && !float.IsFinite(replacement),
            $"NonFiniteReplacement is {NonFiniteReplacement}; it must be a finite number.");
        faults.Add(Channels.Length == 0, "There are no statistics of any channel.");
        faults.Add(
            Channels.Any(c =>
                !(
                    float.IsFinite(c.Lower)
                    && float.IsFinite(c.Upper)
                    && c.Lower <= c.Upper
                    && double.IsFinite(c.Mean)
                    && c.StandardDeviation >= 0
                    && double.IsFinite(c.StandardDeviation)
                )
            ),
            "Statistics of a channel are not finite, or not in order."
        );
        faults.ThrowIfAny(NormalizeByDatasetEstimator.Name);
    }
}

/// <summary>Normalises the volume of a row by what was learnt of the data set.</summary>
internal sealed class DatasetNormalization(DatasetNormalizationSettings settings)
    : SettingsFunction<VolumeInput, VolumeOutput, DatasetNormalizationSettings>(settings, new NormalizeByDatasetContract())
{
    public override void Apply(VolumeInput input, VolumeOutput output)
    {
        var volume = input.Volume;
        if (volume.Shape.Channels != Settings.Channels.Length)
        {
            throw new InputDataException(
                $"{volume.NameInErrors} has {volume.Shape.Channels} channels; NormalizeByDataset learnt from volumes of "
                    + $"{Settings.Channels.Length}. Load the channels that it was fitted with."
            );
        }

        var values = LargeArray.Allocate<float>(checked((int)volume.Shape.Count));
        volume.CopyValues(0, values);
        FiniteValues.Settle(values, volume, Settings.NonFiniteReplacement);
        var count = (int)volume.Shape.ChannelCount;
        for (var channel = 0; channel < Settings.Channels.Length; channel++)
        {
            Normalize(values.AsSpan(channel * count, count), Settings.Channels[channel]);
        }

        output.Volume = Volume.Create(values, volume.Shape, volume.Geometry, header: volume.Header);
    }

    private void Normalize(Span<float> values, ChannelIntensity learnt)
    {
        bool[] zero = Settings.NonZeroOnly ? Array.ConvertAll(values.ToArray(), value => value == 0) : [];
        IntensityNormalizer.Clip(values, learnt.Lower, learnt.Upper);
        if (Settings.Method == IntensityMethod.ZScore)
        {
            IntensityNormalizer.Rescale(values, learnt.Mean, IntensityNormalizer.FactorOf(learnt.StandardDeviation, learnt.Mean));
        }
        else if (Settings.Method == IntensityMethod.MinMax)
        {
            IntensityNormalizer.Rescale(values, learnt.Lower, learnt.Upper > learnt.Lower ? 1 / ((double)learnt.Upper - learnt.Lower) : 0);
        }

        for (var i = 0; i < zero.Length; i++)
        {
            values[i] = zero[i] ? 0 : values[i];
        }
    }
}

/// <summary>Version 1 of saved NormalizeByDataset.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class NormalizeByDatasetContract()
    : RowContract<VolumeInput, VolumeOutput>(ContractName, state => new DatasetNormalization(state.Read<DatasetNormalizationSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "NormalizeByDataset/1";
}
