using Microsoft.ML.MedicalSegmentation.Data;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>What a <see cref="TrainingLoop"/> minimises: where its batches come from, and their loss.</summary>
internal abstract class TrainingObjective
{
    /// <summary>Steps of an epoch.</summary>
    public abstract int StepsPerEpoch { get; }

    /// <summary>Samples of a step, which come in one batch or in several.</summary>
    /// <param name="step">From 0.</param>
    public abstract int SamplesOf(int step);

    /// <summary>An empty batch.</summary>
    public abstract TrainingBatch CreateBatch();

    /// <summary>Actions that fill the batches of an epoch's steps, in order; several run at once.</summary>
    /// <param name="epoch">From 1. What is random depends on the seed and on this number alone.</param>
    public abstract IEnumerable<Action<TrainingBatch>> Fillers(int epoch);

    /// <summary>The loss of a batch: a scalar that carries the gradient.</summary>
    /// <param name="batch">What a filler of the step has filled.</param>
    /// <param name="epoch">From 1.</param>
    /// <param name="step">From 0.</param>
    public abstract Tensor Loss(TrainingBatch batch, int epoch, int step);
}
