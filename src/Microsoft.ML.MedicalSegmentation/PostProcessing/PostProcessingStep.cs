using Microsoft.ML.MedicalSegmentation.PostProcessing;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>One operation on predicted labels; <see cref="PostProcessingPlan"/> has the list.</summary>
/// <remarks>Labels and grid keep their meaning: a step only moves voxels from class to class or to the background.</remarks>
public abstract record PostProcessingStep
{
    /// <summary>What is wrong with the options; empty if nothing is.</summary>
    public abstract IEnumerable<string> Faults();

    /// <summary>Changes labels in place.</summary>
    private protected abstract void Apply(LabelBuffer labels);

    internal void Run(LabelBuffer labels) => Apply(labels);
}
