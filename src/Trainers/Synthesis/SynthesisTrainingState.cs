using Microsoft.ML.MedicalSegmentation.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>All that the training of a synthesis changes.</summary>
/// <param name="Networks">The networks.</param>
/// <param name="Step">What the optimisers keep.</param>
/// <param name="Average">The running average of the generator's weights, if there is one.</param>
/// <param name="Best">The generator's weights of the best epoch.</param>
internal sealed record SynthesisTrainingState(SynthesisNetworks Networks, AdversarialStep Step, WeightAverage? Average, WeightSnapshot Best)
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
    public IEnumerable<(string Name, IReadOnlyDictionary<string, Tensor> Tensors)> Tensors()
    {
        yield return ("generator", Networks.Generator.state_dict());
        if (Networks.Global is { } whole)
        {
            yield return ("global-discriminator", SynthesisNetworks.WeightsOf(whole));
        }

        if (Networks.Local is { } local)
        {
            yield return ("local-discriminator", SynthesisNetworks.WeightsOf(local));
        }

        if (Average is not null)
        {
            yield return ("average", Average.Tensors);
        }

        if (Best.IsUpdated)
        {
            yield return ("best", Best.Tensors);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<(string Name, OptimizerHelper Optimizer)> Optimizers()
    {
        yield return ("generator-optimizer", Step.Generator);
        if (Step.Global is { } whole)
        {
            yield return ("global-optimizer", whole);
        }

        if (Step.Local is { } local)
        {
            yield return ("local-optimizer", local);
        }
    }
}
