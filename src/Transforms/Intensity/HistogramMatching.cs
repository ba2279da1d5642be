using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

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
    double[][] Standard)
{
    /// <summary>Fails for settings that cannot be followed; tells all faults.</summary>
    public void Validate()
    {
        var faults = new OptionFaults();
        faults.Add(
            Percentiles.Length < 2 || !(Percentiles[0] >= 0 && Percentiles[^1] <= 100) || !Percentiles.Zip(Percentiles.Skip(1), (a, b) => a < b).All(rises => rises),
            $"Percentiles are {string.Join(", ", Percentiles)}; they must be at least two, rising, between 0 and 100.");
        faults.Add(
            !(double.IsFinite(ScaleMinimum) && double.IsFinite(ScaleMaximum) && ScaleMinimum < ScaleMaximum),
            $"The scale goes from {ScaleMinimum} to {ScaleMaximum}; its ends must be finite, the lower first.");
        faults.Add(
            NonFiniteReplacement is { } replacement && !float.IsFinite(replacement),
            $"NonFiniteReplacement is {NonFiniteReplacement}; it must be a finite number.");
        faults.Add(
            Standard.Length == 0 || Standard.Any(channel => channel.Length != Percentiles.Length || !channel.All(double.IsFinite) || channel.Zip(channel.Skip(1), (a, b) => a > b).Any(falls => falls)),
            "The learnt landmarks are not one rising row of finite numbers per channel.");
        faults.ThrowIfAny(MatchHistogramsEstimator.Name);
    }

    /// <summary>The percentiles of one channel's values; empty where no voxel is left.</summary>
    public double[] Landmarks(float[] values)
    {
        var used = NonZeroOnly ? Array.FindAll(values, value => value != 0) : values;
        return used.Length == 0 ? [] : OrderStatistics.Percentiles(used, Percentiles);
    }
}

/// <summary>Maps the landmarks of a row's volume to those that were learnt.</summary>
internal sealed class HistogramMatching : RowFunction<VolumeInput, VolumeOutput>
{
    private readonly HistogramMatchingSettings _settings;

    public HistogramMatching(HistogramMatchingSettings settings)
        : base(new MatchHistogramsContract())
    {
        settings.Validate();
        _settings = settings;
    }

    public override void Apply(VolumeInput input, VolumeOutput output)
    {
        var volume = input.Volume;
        if (volume.Shape.Channels != _settings.Standard.Length)
        {
            throw new ArgumentException(
                $"{volume.NameInErrors} has {volume.Shape.Channels} channels; MatchHistograms learnt from volumes of {_settings.Standard.Length}. Load the channels that it was fitted with.");
        }

        var values = GC.AllocateUninitializedArray<float>(checked((int)volume.Shape.Count));
        volume.CopyValues(0, values);
        FiniteValues.Settle(values, volume, _settings.NonFiniteReplacement);
        var count = (int)volume.Shape.ChannelCount;
        for (var channel = 0; channel < _settings.Standard.Length; channel++)
        {
            var block = values.AsSpan(channel * count, count);
            Map(block, _settings.Landmarks(block.ToArray()), _settings.Standard[channel]);
        }

        output.Volume = Volume.Create(values, volume.Shape, volume.Geometry, header: volume.Header);
    }

    public override SavedState ToState() => SavedState.Of(_settings);

    private void Map(Span<float> values, double[] landmarks, double[] standard)
    {
        // Pieces of no width map nothing; their standard values are met from both sides.
        var pieces = Enumerable.Range(0, Math.Max(0, landmarks.Length - 1)).Where(i => landmarks[i + 1] > landmarks[i])
            .Select(i => new Piece(landmarks[i], standard[i], (standard[i + 1] - standard[i]) / (landmarks[i + 1] - landmarks[i])))
            .ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            if (_settings.NonZeroOnly && values[i] == 0)
            {
                continue;
            }

            var piece = pieces.Length - 1;
            while (piece > 0 && values[i] < pieces[piece].Start)
            {
                piece--;
            }

            var mapped = piece < 0 ? _settings.ScaleMinimum : pieces[piece].Map(values[i]);
            values[i] = (float)(_settings.ClipTails ? Math.Clamp(mapped, _settings.ScaleMinimum, _settings.ScaleMaximum) : mapped);
        }
    }

    private readonly record struct Piece(double Start, double Standard, double Slope)
    {
        public double Map(double value) => Standard + ((value - Start) * Slope);
    }
}

/// <summary>Version 1 of saved MatchHistograms.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class MatchHistogramsContract : RowContract<VolumeInput, VolumeOutput>
{
    public const string ContractName = StockChain.ContractPrefix + "MatchHistograms/1";

    public override string Name => ContractName;

    public override RowFunction<VolumeInput, VolumeOutput> Restore(SavedState state) => new HistogramMatching(state.Read<HistogramMatchingSettings>());
}
