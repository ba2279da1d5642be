using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How good a configuration, or the average of two, is on the cases that its folds were not trained on.</summary>
/// <param name="Names">One configuration, or two.</param>
/// <param name="MeanDice">
/// Mean over classes of the mean Dice over cases; cases that lack a class in truth and prediction do not count for it.
/// </param>
/// <param name="ClassDice">The mean of each class but the background, by label value.</param>
public sealed record ConfigurationResult(IReadOnlyList<string> Names, double MeanDice, IReadOnlyDictionary<int, double> ClassDice)
{
    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);
}
