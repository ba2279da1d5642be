using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How one epoch of a classifier's training went.</summary>
public sealed record ClassificationTrainingMetrics : ITrainingEpoch
{
    /// <summary>Which epoch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Epochs that training lasts unless it is stopped early.</summary>
    public required int MaxEpoch { get; init; }

    /// <summary>Mean loss over the epoch's steps.</summary>
    public required double Loss { get; init; }

    /// <summary>Learning rate of the epoch's last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>
    /// Mean cross-entropy of the validation images, unweighted; NaN where there are none or they were not scored after this epoch.
    /// </summary>
    public double ValidationLoss { get; init; } = double.NaN;

    /// <summary>Share of the validation images whose most probable class is the true one; NaN as <see cref="ValidationLoss"/>.</summary>
    public double ValidationAccuracy { get; init; } = double.NaN;

    /// <summary>
    /// Area under the ROC curve on the validation images, the mean over classes against the others; NaN as <see cref="ValidationLoss"/>, or
    /// where the images have one class only.
    /// </summary>
    public double ValidationAuc { get; init; } = double.NaN;

    /// <summary>
    /// True if the weights of this epoch are the best so far, by AUC and then by loss; always true without validation images.
    /// </summary>
    public required bool IsBest { get; init; }

    /// <summary>Seconds since training began.</summary>
    public required double Seconds { get; init; }

    /// <summary>The epoch in one line.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"Epoch {Epoch}/{MaxEpoch}: loss {Loss:0.0000}, learning rate {LearningRate:0.##e+0}, {Seconds:0} s")
        + (
            double.IsNaN(ValidationLoss)
                ? ""
                : FormattableString.Invariant(
                    $", validation loss {ValidationLoss:0.0000}, accuracy {ValidationAccuracy:0.000}, AUC {ValidationAuc:0.0000}"
                )
        )
        + (IsBest && !double.IsNaN(ValidationLoss) ? ", best so far" : "");
}

/// <summary>How a classifier's training went, epoch by epoch.</summary>
public sealed class ClassificationTrainingHistory
{
    internal ClassificationTrainingHistory(IReadOnlyList<ClassificationTrainingMetrics> epochs, bool stoppedEarly)
        => (Epochs, StoppedEarly) = (epochs, stoppedEarly);

    /// <summary>One entry per epoch, in order.</summary>
    public IReadOnlyList<ClassificationTrainingMetrics> Epochs { get; }

    /// <summary>True where training ended before its last epoch.</summary>
    public bool StoppedEarly { get; }

    /// <summary>The epoch whose weights were kept; null where training was stopped before an epoch was measured.</summary>
    public ClassificationTrainingMetrics? Best => Epochs.LastOrDefault(epoch => epoch.IsBest);
}
