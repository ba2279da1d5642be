namespace Microsoft.ML.MedicalSegmentation.Study;

/// <summary>One training of an <see cref="AttentionStudy"/> and what it reached on the test cases.</summary>
public sealed record AttentionStudyRun
{
    /// <summary>What <see cref="Block"/> is for the network without attention.</summary>
    public const string NoBlock = "none";

    /// <summary>Key of the attention block, or <see cref="NoBlock"/>.</summary>
    public required string Block { get; init; }

    /// <summary>Seed of the training.</summary>
    public required int Seed { get; init; }

    /// <summary>Trained numbers of the network.</summary>
    public required long Parameters { get; init; }

    /// <summary>Seconds of training, validation included; loading, export and scoring are not.</summary>
    public required double TrainingSeconds { get; init; }

    /// <summary>Overlap by class and case.</summary>
    public required SegmentationMetrics Metrics { get; init; }

    /// <summary>
    /// Mean over the cases of HD95 in mm (pooled, see <see cref="SurfaceDistances.Hausdorff95"/>), in the order of the metrics' classes. A
    /// structure that is in only one of truth and prediction counts with the diagonal of the image; a case with it in neither is left out;
    /// NaN if no case is left.
    /// </summary>
    public required IReadOnlyList<double> Hausdorff95 { get; init; }

    /// <summary>Pairs of case and class in which the structure is in only one of truth and prediction.</summary>
    public required int Misses { get; init; }

    /// <summary>Block, seed and mean Dice in one line.</summary>
    public override string ToString() =>
        FormattableString.Invariant(
            $"{Block}, seed {Seed}: Dice {Metrics.MeanDice:0.0000}, {Parameters:N0} parameters, {TrainingSeconds:0} s"
        );
}
