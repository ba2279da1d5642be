using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A loss by its name in files and on command lines.</summary>
/// <param name="Key">The name, in kebab case: "dice-cross-entropy".</param>
/// <param name="Summary">What it is good for, in one sentence.</param>
/// <param name="Default">The loss with its default settings.</param>
public sealed record LossEntry(string Key, string Summary, Loss Default);

/// <summary>The losses that files and command lines can name; a new one is one file and one line here.</summary>
public static class LossList
{
    private static readonly KeyedList<LossEntry> Entries = new(
        "loss",
        "Losses",
        entry => entry.Key,
        entry => entry.Default.GetType(),
        [
            new(
                "dice-cross-entropy",
                "Dice plus cross-entropy: overlap where it counts, smooth gradients everywhere.",
                new DiceCrossEntropyLoss()
            ),
            new("dice", "One minus soft Dice: the overlap itself, whatever the size of the structure.", new DiceLoss()),
            new("log-dice", "The negative logarithm of soft Dice: steep where a structure is missed.", new LogDiceLoss()),
            new("cross-entropy", "Negative log-likelihood of the true class, voxel by voxel.", new CrossEntropyLoss()),
            new("focal", "Cross-entropy in which certain voxels count less; for small structures.", new FocalLoss()),
            new("tversky", "Dice with separate weights for false positives and false negatives.", new TverskyLoss()),
            new("focal-tversky", "Tversky that stays steep where a small structure is nearly right.", new FocalTverskyLoss()),
            new(
                "generalized-dice",
                "Dice of all classes together, each weighted by the inverse of its squared size.",
                new GeneralizedDiceLoss()
            ),
            new("top-k-cross-entropy", "Cross-entropy of the hardest tenth of the voxels.", new TopKCrossEntropyLoss()),
            new(
                "boundary",
                "Generalised Dice plus the distance of wrong voxels from the surface; for small structures and clean outlines.",
                new BoundaryLoss()
            ),
            new(
                "cl-dice",
                "Dice of structures and of their centre lines; for vessels and other thin, branching structures.",
                new ClDiceLoss()
            ),
        ]
    );

    /// <summary>Every loss, those that the application has registered last.</summary>
    public static IReadOnlyList<LossEntry> All => Entries.All;

    /// <summary>
    /// Adds a loss of the application, so that files and command lines can name it. Passing the object to a trainer needs no registration.
    /// </summary>
    /// <exception cref="ArgumentException">The key or the type of the loss is in the list already.</exception>
    public static void Register(LossEntry entry) => Entries.Register(entry);

    /// <summary>The loss of a key, in any case.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists the keys.</exception>
    public static LossEntry Find(string key) => Entries.Find(key);

    /// <summary>The key of a loss; the name of its type where it is not registered.</summary>
    internal static string KeyOf(Loss loss) => Entries.KeyOf(loss);
}
