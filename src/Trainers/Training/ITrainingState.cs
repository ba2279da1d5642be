using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>All that a training changes and a checkpoint keeps.</summary>
internal interface ITrainingState
{
    /// <summary>How often weights were taken into the running average; 0 without one.</summary>
    long AverageUpdates { get; set; }

    /// <summary>Whether there are weights of a best epoch.</summary>
    bool HasBest { get; set; }

    /// <summary>The weights by what they are; those of the best epoch only where there is one.</summary>
    IEnumerable<(string Name, IReadOnlyDictionary<string, Tensor> Tensors)> Tensors();

    /// <summary>What the steps of each optimiser keep.</summary>
    IEnumerable<(string Name, OptimizerHelper Optimizer)> Optimizers();
}
