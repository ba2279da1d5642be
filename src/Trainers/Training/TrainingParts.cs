using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>All that a training changes and a checkpoint keeps.</summary>
/// <param name="Weights">The weights of the last step, by what they are.</param>
/// <param name="Optimizers">The optimisers of the weights.</param>
/// <param name="Average">The running average of the weights, if there is one.</param>
/// <param name="Best">The weights of the best epoch.</param>
internal sealed record TrainingParts(
    IReadOnlyList<(string Name, IReadOnlyDictionary<string, Tensor> Tensors)> Weights,
    IReadOnlyList<(string Name, WeightOptimizer Optimizer)> Optimizers,
    WeightAverage? Average,
    WeightSnapshot Best
)
{
    /// <summary>
    /// The tensors by what they are: weights of the last step, averaged, and of the best epoch as soon as there is one, and what the
    /// optimisers keep.
    /// </summary>
    public IEnumerable<(string Name, IReadOnlyDictionary<string, Tensor> Tensors)> Tensors()
    {
        foreach (var weights in Weights)
        {
            yield return weights;
        }

        if (Average is not null)
        {
            yield return ("average", Average.Tensors);
        }

        if (Best.IsUpdated)
        {
            yield return ("best", Best.Tensors);
        }

        foreach (var (name, optimizer) in Optimizers)
        {
            yield return (name, optimizer.State);
        }
    }
}
