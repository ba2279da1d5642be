namespace MedSeg.Study;

/// <summary>How a study trains: the same for every network and every attention block of a task.</summary>
/// <remarks>
/// The optimiser and the rate are those of the library's recipe for small volumes: a study compares networks, not tunings.
/// </remarks>
internal static class StudyTraining
{
    /// <summary>Learning rate of every training.</summary>
    public const double LearningRate = 2e-3;

    private const int WarmUpSteps = 20;
    private const int MinimumStepsPerEpoch = 20;
    private const int MaximumStepsPerEpoch = 50;

    /// <summary>The task's patches and steps; the network is to be added.</summary>
    /// <param name="task">The budget.</param>
    /// <param name="cases">Cases to train on.</param>
    /// <param name="seed">Decides weights and patches.</param>
    /// <param name="threads">Processor cores; 0 takes all.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    public static SegmentationTrainer.Options Options(StudyTask task, int cases, int seed, int threads, CancellationToken cancellationToken)
    {
        var stepsPerEpoch = Math.Min(task.Steps, Math.Clamp(cases / task.BatchSize, MinimumStepsPerEpoch, MaximumStepsPerEpoch));
        return new()
        {
            // One loss for all: a study compares networks, not losses.
            Loss = new DiceCrossEntropyLoss(),
            Sampling = new()
            {
                PatchSize = task.Patch,
                BatchSize = task.BatchSize,
                StepsPerEpoch = stepsPerEpoch,
                ForegroundFraction = task.ForegroundFraction,
            },
            Optimization = new()
            {
                MaxEpoch = Math.Max(1, task.Steps / stepsPerEpoch),
                LearningRate = LearningRate,
                WarmUpSteps = WarmUpSteps,
                WeightAverageDecay = 0.98,
            },
            Augmentation = task.Augmentation,
            Device = new() { Threads = threads },
            Seed = seed,
            CancellationToken = cancellationToken,
        };
    }

    /// <summary>A fifth of the cases for testing, chosen by the seed, and the others.</summary>
    public static (SegmentationDataset Training, SegmentationDataset Test) Split(SegmentationDataset dataset, int seed)
        => dataset.Split(dataset.Cases.Count / 5, seed);
}
