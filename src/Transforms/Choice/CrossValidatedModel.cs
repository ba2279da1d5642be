using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A configuration that was trained by cross-validation.</summary>
/// <param name="Name">What results call it, such as "3d_fullres".</param>
/// <param name="Folds">The model of each fold: planned models, or pipelines that end in one.</param>
public sealed record CrossValidatedModel(string Name, IReadOnlyList<ITransformer> Folds)
{
    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);
}
