using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Study;

/// <summary>One training of a <see cref="ClassificationStudy"/> and what it reached on the test images.</summary>
public sealed record ClassificationStudyRun
{
    /// <summary>Key of the attention block, or <see cref="AttentionStudyRun.NoBlock"/>.</summary>
    public required string Block { get; init; }

    /// <summary>Seed of the training.</summary>
    public required int Seed { get; init; }

    /// <summary>Trained numbers of the network.</summary>
    public required long Parameters { get; init; }

    /// <summary>Seconds of training, validation included; loading, export and scoring are not.</summary>
    public required double TrainingSeconds { get; init; }

    /// <summary>What it gave to the test images.</summary>
    public required ClassificationEvaluation Evaluation { get; init; }

    /// <summary>Block, seed and AUC in one line.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Block}, seed {Seed}: AUC {Evaluation.Auc:0.0000}, accuracy {Evaluation.Accuracy:0.000}, "
                + $"{Parameters:N0} parameters, {TrainingSeconds:0} s"
        );
}
