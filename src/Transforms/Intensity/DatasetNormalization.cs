using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

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
    ChannelIntensity[] Channels)
{
    /// <summary>Fails for settings that cannot be followed; tells all faults.</summary>
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
            Channels.Any(c => !(float.IsFinite(c.Lower) && float.IsFinite(c.Upper) && c.Lower <= c.Upper && double.IsFinite(c.Mean) && c.StandardDeviation >= 0 && double.IsFinite(c.StandardDeviation))),
            "Statistics of a channel are not finite, or not in order.");
        faults.ThrowIfAny(NormalizeByDatasetEstimator.Name);
    }
}

/// <summary>Normalises the volume of a row by what was learnt of the data set.</summary>
internal sealed class DatasetNormalization : RowFunction<VolumeInput, VolumeOutput>
{
    private readonly DatasetNormalizationSettings _settings;

    public DatasetNormalization(DatasetNormalizationSettings settings)
        : base(new NormalizeByDatasetContract())
    {
        settings.Validate();
        _settings = settings;
    }

    public override void Apply(VolumeInput input, VolumeOutput output)
    {
        var volume = input.Volume;
        if (volume.Shape.Channels != _settings.Channels.Length)
        {
            throw new ArgumentException(
                $"{volume.NameInErrors} has {volume.Shape.Channels} channels; NormalizeByDataset learnt from volumes of {_settings.Channels.Length}. Load the channels that it was fitted with.");
        }

        var values = GC.AllocateUninitializedArray<float>(checked((int)volume.Shape.Count));
        volume.CopyValues(0, values);
        FiniteValues.Settle(values, volume, _settings.NonFiniteReplacement);
        var count = (int)volume.Shape.ChannelCount;
        for (var channel = 0; channel < _settings.Channels.Length; channel++)
        {
            Normalize(values.AsSpan(channel * count, count), _settings.Channels[channel]);
        }

        output.Volume = Volume.Create(values, volume.Shape, volume.Geometry, header: volume.Header);
    }

    public override SavedState ToState() => SavedState.Of(_settings);

    private void Normalize(Span<float> values, ChannelIntensity learnt)
    {
        bool[] zero = _settings.NonZeroOnly ? Array.ConvertAll(values.ToArray(), value => value == 0) : [];
        IntensityNormalizer.Clip(values, learnt.Lower, learnt.Upper);
        if (_settings.Method == IntensityMethod.ZScore)
        {
            IntensityNormalizer.Rescale(values, learnt.Mean, IntensityNormalizer.FactorOf(learnt.StandardDeviation, learnt.Mean));
        }
        else if (_settings.Method == IntensityMethod.MinMax)
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
internal sealed class NormalizeByDatasetContract : RowContract<VolumeInput, VolumeOutput>
{
    public const string ContractName = StockChain.ContractPrefix + "NormalizeByDataset/1";

    public override string Name => ContractName;

    public override RowFunction<VolumeInput, VolumeOutput> Restore(SavedState state) => new DatasetNormalization(state.Read<DatasetNormalizationSettings>());
}
