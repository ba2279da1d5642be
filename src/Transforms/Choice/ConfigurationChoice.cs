using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The best of several configurations.</summary>
/// <param name="Names">One configuration, or the two whose probabilities are averaged.</param>
/// <param name="Model">All folds of them, with the post-processing, as one model that can be saved.</param>
/// <param name="PostProcessing">The steps that help on the cases of the cross-validation; none where none does.</param>
/// <param name="MeanDice">Mean Dice with these steps, on the same cases.</param>
/// <param name="Results">Every configuration and pair without post-processing, the best first.</param>
public sealed record ConfigurationChoice(
    IReadOnlyList<string> Names,
    ITransformer Model,
    PostProcessingPlan PostProcessing,
    double MeanDice,
    IReadOnlyList<ConfigurationResult> Results
)
{
    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);
}
