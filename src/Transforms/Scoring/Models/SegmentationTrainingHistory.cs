namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How a training went, epoch by epoch.</summary>
public sealed class SegmentationTrainingHistory
{
    internal SegmentationTrainingHistory(IReadOnlyList<SegmentationTrainingMetrics> epochs, bool stoppedEarly)
    {
        Epochs = epochs;
        StoppedEarly = stoppedEarly;
    }

    /// <summary>One entry per epoch, in order.</summary>
    public IReadOnlyList<SegmentationTrainingMetrics> Epochs { get; }

    /// <summary>
    /// True where training ended before its last epoch: it was stopped, its time was up, or validation Dice no longer rose.
    /// </summary>
    public bool StoppedEarly { get; }

    /// <summary>
    /// The epoch whose weights were kept: the one of the best validation Dice, or the last without a validation set. Null where training
    /// was stopped before an epoch was measured, and the weights of that moment were kept.
    /// </summary>
    public SegmentationTrainingMetrics? Best => Epochs.LastOrDefault(epoch => epoch.IsBest);
}
