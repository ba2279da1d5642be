namespace MedSeg.Classification;

/// <summary>Classified images for training, validation and testing.</summary>
/// <param name="Training">What is learnt from.</param>
/// <param name="Validation">Chooses the best epoch; null for none.</param>
/// <param name="Test">Is measured at the end; null for none.</param>
/// <param name="Split">How the images were divided, in words.</param>
internal sealed record ClassificationParts(
    ClassificationDataset Training,
    ClassificationDataset? Validation,
    ClassificationDataset? Test,
    string Split
)
{
    /// <summary>Takes the parts that folders name, and draws validation images where none are named.</summary>
    /// <param name="dataset">The images.</param>
    /// <param name="share">Share to draw for validation; null takes the part, or the usual share.</param>
    /// <param name="usual">The usual share.</param>
    /// <param name="seed">Decides which images are drawn.</param>
    /// <exception cref="ArgumentException">The share is impossible, or there is no part for training.</exception>
    public static ClassificationParts Of(ClassificationDataset dataset, double? share, double usual, int seed)
    {
        if (share is not (null or (>= 0 and < 1)))
        {
            throw new ArgumentException($"--validation is {share}; it must be at least 0 and below 1.");
        }

        var training = Find(dataset, "train");
        if (dataset.Parts.Count > 0 && training is null)
        {
            throw new ArgumentException($"The data have the parts {string.Join(", ", dataset.Parts)}; a part train is missing.");
        }

        training ??= dataset;
        var test = TestOf(dataset);
        if (share is null && Find(dataset, "val") is { } named)
        {
            return new(training, named, test, "as the folders name");
        }

        var (rest, drawn) = training.Draw(share ?? usual, seed);
        return new(rest, drawn.Images.Count > 0 ? drawn : null, test, $"{share ?? usual} of each class drawn by seed {seed}");
    }

    /// <summary>The part for testing; null if there is none.</summary>
    public static ClassificationDataset? TestOf(ClassificationDataset dataset) => Find(dataset, "test");

    private static ClassificationDataset? Find(ClassificationDataset dataset, string beginning) =>
        dataset.Parts.FirstOrDefault(part => part.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)) is { } name
            ? dataset.Part(name)
            : null;
}
