using MedicalSegmentationDoubt = Microsoft.ML.MedicalSegmentation.Doubt;

namespace MedSeg.Jobs;

/// <summary>What a model gives for a case.</summary>
internal sealed class ScoredRow
{
    /// <summary>The column of doubt that models are asked for.</summary>
    public const string DoubtColumn = nameof(Doubt);

    /// <summary>The column of probabilities that models are asked for.</summary>
    public const string ProbabilityColumn = nameof(Probability);

    /// <summary>The labels.</summary>
    [LabelVolumeColumn]
    public LabelVolume PredictedLabel { get; set; } = LabelVolume.Create([0], new(1, 1, 1, 1));

    /// <summary>Probabilities, of models that give them.</summary>
    [VolumeColumn]
    public Volume? Probability { get; set; }

    /// <summary>Doubt, of models that were asked for it.</summary>
    [VolumeColumn]
    public Volume? Doubt { get; set; }

    /// <summary>The doubt; from the probabilities where the model was saved with those.</summary>
    /// <exception cref="InputDataException">The model gives neither.</exception>
    public Volume MeasureDoubt(bool hasRegions) =>
        Doubt
        ?? (
            Probability is not { } probabilities
                ? throw new InputDataException(
                    "The model gives neither doubt nor probabilities in a column 'Probability'. Train it again with this version."
                )
            : hasRegions ? MedicalSegmentationDoubt.RegionEntropy(probabilities)
            : MedicalSegmentationDoubt.Entropy(probabilities)
        );
}
