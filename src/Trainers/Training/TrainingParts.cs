using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>All that training changes.</summary>
/// <param name="Network">The network.</param>
/// <param name="Optimizer">What its steps keep.</param>
/// <param name="Average">The running average of the weights, if there is one.</param>
/// <param name="Best">The weights of the best epoch.</param>
internal sealed record TrainingParts(Network Network, OptimizerHelper Optimizer, WeightAverage? Average, WeightSnapshot Best)
    : ITrainingState
{
    /// <inheritdoc/>
    public long AverageUpdates
    {
        get => Average?.Updates ?? 0;
        set
        {
            if (Average is not null)
            {
                Average.Updates = value;
            }
        }
    }

    /// <inheritdoc/>
    public bool HasBest
    {
        get => Best.IsUpdated;
        set => Best.IsUpdated = value;
    }

    /// <inheritdoc/>
    public IEnumerable<(string Name, OptimizerHelper Optimizer)> Optimizers() => [("optimizer", Optimizer)];

    /// <summary>The weights by what they are: of the last step, averaged, and of the best epoch as soon as there is one.</summary>
    public IEnumerable<(string Name, IReadOnlyDictionary<string, Tensor> Tensors)> Tensors()
    {
        yield return ("last", Network.state_dict());
        if (Average is not null)
        {
            yield return ("average", Average.Tensors);
        }

        if (Best.IsUpdated)
        {
            yield return ("best", Best.Tensors);
        }
    }
}
