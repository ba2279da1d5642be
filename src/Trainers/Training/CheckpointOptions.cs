using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Training;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The file from which a stopped training resumes: <see cref="SegmentationTrainer.Options.Checkpoint"/>.</summary>
public sealed record CheckpointOptions
{
    /// <summary>
    /// File that keeps the state of training between epochs: weights, their average, the best ones, and the optimiser's state. If the file
    /// exists when training begins, training resumes from it, in a new process too.
    /// </summary>
    /// <value>
    /// Default: null, none. Resumed training gives the same model as training without a stop: bit for bit on the same processor with the
    /// same number of threads. Data and options must be the same, or the error lists what differs; threads, files, callbacks and patience
    /// may change. The file is about five times as large as the weights. It stays after training; the same call then gives the same model
    /// at once.
    /// </value>
    public string? Path { get; init; }

    /// <summary>Epochs between two writings of the file; it is always written after the last epoch.</summary>
    /// <value>At least 1. Default: 1.</value>
    public int Interval { get; init; } = 1;

    /// <summary>The file of a training; null where none is named.</summary>
    /// <param name="identity">Gives what must be the same when training continues.</param>
    internal TrainingCheckpoint? Open(Func<IReadOnlyDictionary<string, string>> identity) =>
        Path is null ? null : new(Path, Interval, identity());

    internal void AddFaults(OptionFaults faults)
    {
        faults.AddFile("Checkpoint.Path", Path);
        faults.AtLeast("Checkpoint.Interval", Interval, 1);
    }
}
