namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>How long an <see cref="EpochLoop{TEpoch, TBatch}"/> trains, when it measures, and whom it tells.</summary>
/// <typeparam name="TEpoch">What is noted of an epoch.</typeparam>
internal sealed record EpochLoopSettings<TEpoch>
{
    /// <summary>Epochs.</summary>
    public required int MaxEpoch { get; init; }

    /// <summary>The most time that training takes, measurements included; null for no limit.</summary>
    public required TimeSpan? TimeBudget { get; init; }

    /// <summary>How slowly the running average of the weights follows them; 0 for none.</summary>
    public required double WeightAverageDecay { get; init; }

    /// <summary>Epochs between two measurements, and after how many without a better one training stops.</summary>
    public required ValidationOptions Validation { get; init; }

    /// <summary>Workers that fill batches.</summary>
    public required int Workers { get; init; }

    /// <summary>File of the state, for messages.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Called after each epoch.</summary>
    public Action<TEpoch>? EpochDone { get; init; }

    /// <summary>Called after each step.</summary>
    public Action<SegmentationTrainingProgress>? StepDone { get; init; }

    /// <summary>Ends training by an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Ends training with the best weights so far.</summary>
    public CancellationToken StopToken { get; init; }
}

/// <summary>Where a training is: the epoch, from 1, the step in it, from 0, the steps before it, and the share that is done.</summary>
internal readonly record struct StepPlace(int Epoch, int Step, long StepsBefore, double ShareDone);

/// <summary>What every training notes of an epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Steps">Steps done.</param>
/// <param name="Loss">Mean loss of the steps.</param>
/// <param name="Rate">Learning rate of the last step.</param>
/// <param name="Seconds">Since training began.</param>
/// <param name="StepsPerSecond">In this epoch.</param>
/// <param name="WaitedShare">Share of the epoch in which steps waited for batches.</param>
internal sealed record EpochSummary(
    int Epoch,
    int Steps,
    double Loss,
    double Rate,
    double Seconds,
    double StepsPerSecond,
    double WaitedShare
);
