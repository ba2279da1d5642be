namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>The options of every training in epochs: how long it lasts, when it measures, and whom it informs.</summary>
/// <typeparam name="TEpoch">What is noted of an epoch.</typeparam>
internal interface ITrainingOptions<TEpoch>
{
    /// <summary>How long training lasts.</summary>
    ITrainingLength Length { get; }

    /// <summary>Epochs between two measurements, and after how many without a better one training stops.</summary>
    ValidationOptions Validation { get; }

    /// <summary>Weights to start from, and weights to leave as they are.</summary>
    InitializationOptions Initialization { get; }

    /// <summary>The file of the state.</summary>
    CheckpointOptions Checkpoint { get; }

    /// <summary>Workers that fill batches.</summary>
    int WorkersOrDefault { get; }

    /// <summary>Called after each epoch.</summary>
    Action<TEpoch>? MetricsCallback { get; }

    /// <summary>Called after each step.</summary>
    Action<SegmentationTrainingProgress>? ProgressCallback => null;

    /// <summary>Ends training by an <see cref="OperationCanceledException"/>.</summary>
    CancellationToken CancellationToken { get; }

    /// <summary>Ends training with the best weights so far.</summary>
    CancellationToken StopToken { get; }
}

/// <summary>How long a training lasts, and how its weights are averaged.</summary>
internal interface ITrainingLength
{
    /// <summary>Epochs.</summary>
    int MaxEpoch { get; }

    /// <summary>The most time that training takes, measurements included; null for no limit.</summary>
    TimeSpan? TimeBudget { get; }

    /// <summary>How slowly the running average of the weights follows them; 0 for none.</summary>
    double WeightAverageDecay { get; }
}
