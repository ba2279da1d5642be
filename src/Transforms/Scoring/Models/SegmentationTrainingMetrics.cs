using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How one epoch of training went.</summary>
public sealed record SegmentationTrainingMetrics : ITrainingEpoch
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
    /// Mean Dice of each class but the background over the validation volumes that contain or predict it, in class order;
    /// NaN for a class that no volume contains. Empty if there is no validation set or it was not used after this epoch.
    /// </summary>
    public IReadOnlyList<double> ValidationDice { get; init; } = [];

    /// <summary>Mean of <see cref="ValidationDice"/> over the classes that have one; NaN if none has.</summary>
    public double MeanValidationDice => ValidationDice.Where(dice => !double.IsNaN(dice)).DefaultIfEmpty(double.NaN).Average();

    /// <summary>True if the weights of this epoch are the best so far; always true without a validation set.</summary>
    public required bool IsBest { get; init; }

    /// <summary>Seconds since training began.</summary>
    public required double Seconds { get; init; }

    /// <summary>Training steps per second in this epoch, validation left out.</summary>
    public required double StepsPerSecond { get; init; }

    /// <summary>
    /// Share of the epoch, validation left out, in which steps waited for patches: 0 to 1. Above 0.05, more workers pay (Sampling.Workers).
    /// </summary>
    public double WaitedShare { get; init; }

    /// <summary>The epoch in one line.</summary>
    public override string ToString() =>
        $"Epoch {Epoch}/{MaxEpoch}: loss {Loss:0.0000}, learning rate {LearningRate:0.##e+0}, {StepsPerSecond:0.00} steps/s, "
        + $"{WaitedShare:0%} waiting, {Seconds:0} s"
        + (
            ValidationDice.Count == 0
                ? ""
                : $", validation Dice {MeanValidationDice:0.0000} ({string.Join(", ", ValidationDice.Select(d => $"{d:0.0000}"))})"
        )
        + (IsBest && ValidationDice.Count > 0 ? ", best so far" : "");
}

/// <summary>How far training has come within an epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="MaxEpoch">Epochs that training lasts unless it is stopped early.</param>
/// <param name="Step">Steps done in this epoch, from 1.</param>
/// <param name="StepsPerEpoch">Steps of an epoch.</param>
/// <param name="Loss">Loss of the step.</param>
public sealed record SegmentationTrainingProgress(int Epoch, int MaxEpoch, int Step, int StepsPerEpoch, double Loss)
{
    /// <summary>How much of the training is over, 0 to 1: by steps, or by time where a time budget ends it sooner.</summary>
    public double ShareDone { get; init; }
}
