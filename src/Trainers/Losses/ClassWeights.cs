namespace Microsoft.ML.MedicalSegmentation.Losses;

/// <summary>Checks of the class weights that several losses have.</summary>
internal static class ClassWeights
{
    /// <summary>Weights that no loss can use.</summary>
    public static IEnumerable<string> Faults(IReadOnlyList<double>? weights) =>
        weights is not null && (weights.Any(w => !double.IsFinite(w) || w < 0) || !weights.Any(w => w > 0))
            ? [$"Loss.ClassWeights are {string.Join(", ", weights)}; each must be finite and at least 0, and one above 0."]
            : [];

    /// <summary>Weights for another number of classes.</summary>
    public static IEnumerable<string> Faults(IReadOnlyList<double>? weights, int classes) =>
        weights is not null && weights.Count != classes
            ? [$"Loss.ClassWeights has {weights.Count} numbers for {classes} classes; give one per class, the background first."]
            : [];
}
