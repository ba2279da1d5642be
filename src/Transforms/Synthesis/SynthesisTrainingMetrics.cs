using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How one epoch of a synthesis' training went. Losses are means over the epoch's steps.</summary>
public sealed record SynthesisTrainingMetrics : ITrainingEpoch
{
    /// <summary>Which epoch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Epochs that training lasts unless it is stopped early.</summary>
    public required int MaxEpoch { get; init; }

    /// <summary>Loss of the generator: the weighted sum of its terms.</summary>
    public required double Loss { get; init; }

    /// <summary>Reconstruction error, in which difficult regions count more.</summary>
    public required double Reconstruction { get; init; }

    /// <summary>Difference of the gradients of output and target.</summary>
    public required double GradientDifference { get; init; }

    /// <summary>Loss of the global discriminator: ln 2 where it cannot tell outputs from targets; NaN without one.</summary>
    public required double GlobalDiscriminator { get; init; }

    /// <summary>Loss of the local discriminator; NaN without one.</summary>
    public required double LocalDiscriminator { get; init; }

    /// <summary>Learning rate of the generator in the epoch's last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>
    /// Mean absolute error over the validation volumes, in the target's unit; null if there is no validation set or it was not used after
    /// this epoch.
    /// </summary>
    public double? ValidationError { get; init; }

    /// <summary>True if the weights of this epoch are the best so far; always true without a validation set.</summary>
    public required bool IsBest { get; init; }

    /// <summary>Seconds since training began.</summary>
    public required double Seconds { get; init; }

    /// <summary>Training steps per second in this epoch, validation left out.</summary>
    public required double StepsPerSecond { get; init; }

    /// <summary>Share of the epoch, validation left out, in which steps waited for patches: 0 to 1.</summary>
    public double WaitedShare { get; init; }

    /// <summary>The epoch in one line.</summary>
    public override string ToString() =>
        $"Epoch {Epoch}/{MaxEpoch}: loss {Loss:0.0000} (reconstruction {Reconstruction:0.0000}, gradients "
        + $"{GradientDifference:0.0000}), discriminators {Text(GlobalDiscriminator)} global, {Text(LocalDiscriminator)} local, "
        + $"learning rate {LearningRate:0.##e+0}, {StepsPerSecond:0.00} steps/s, {WaitedShare:0%} waiting, {Seconds:0} s"
        + (ValidationError is { } error ? $", validation error {error:0.####}{(IsBest ? ", best so far" : "")}" : "");

    private static string Text(double loss) => double.IsNaN(loss) ? "none" : $"{loss:0.000}";
}

/// <summary>How a training went, epoch by epoch.</summary>
public sealed class SynthesisTrainingHistory
{
    internal SynthesisTrainingHistory(IReadOnlyList<SynthesisTrainingMetrics> epochs, bool stoppedEarly) =>
        (Epochs, StoppedEarly) = (epochs, stoppedEarly);

    /// <summary>One entry per epoch, in order.</summary>
    public IReadOnlyList<SynthesisTrainingMetrics> Epochs { get; }

    /// <summary>
    /// True where training ended before its last epoch: it was stopped, its time was up, or the validation error no longer fell.
    /// </summary>
    public bool StoppedEarly { get; }

    /// <summary>
    /// The epoch whose weights were kept: the one of the least validation error, or the last. Null where training was stopped before an
    /// epoch was done.
    /// </summary>
    public SynthesisTrainingMetrics? Best => Epochs.LastOrDefault(epoch => epoch.IsBest);
}
