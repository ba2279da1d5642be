namespace Microsoft.ML.MedicalSegmentation;

/// <summary>One loss that a trainer can be told to use.</summary>
/// <param name="Key">What options call it, such as "dice-cross-entropy".</param>
/// <param name="Summary">What it is good for, in one sentence.</param>
/// <param name="Create">Makes it.</param>
public sealed record LossEntry(string Key, string Summary, Func<LossOptions, Loss> Create);

/// <summary>The losses; a new one is one file and one line here.</summary>
public static class LossList
{
    /// <summary>Key of the loss that trainers use unless told otherwise.</summary>
    public const string Default = "dice-cross-entropy";

    /// <summary>Every loss, the default one first.</summary>
    public static IReadOnlyList<LossEntry> All { get; } =
    [
        new(Default, "Dice plus cross-entropy: overlap where it counts, smooth gradients everywhere.", o => new DiceCrossEntropyLoss(o)),
        new("dice", "One minus soft Dice: the overlap itself, whatever the size of the structure.", o => new DiceLoss(o)),
        new("log-dice", "The negative logarithm of soft Dice: steep where a structure is missed.", o => new LogDiceLoss(o)),
        new("cross-entropy", "Negative log-likelihood of the true class, voxel by voxel.", o => new CrossEntropyLoss(o)),
        new("focal", "Cross-entropy that neglects what is already right; for small structures.", o => new FocalLoss(o)),
        new("tversky", "Dice with separate weights for what is found too much and too little.", o => new TverskyLoss(o)),
    ];

    /// <summary>True where <paramref name="key"/> names a loss.</summary>
    public static bool Contains(string key) => All.Any(entry => entry.Key == key);

    /// <summary>Makes the loss that <paramref name="key"/> names.</summary>
    /// <exception cref="ArgumentException">There is no such loss, or an option is out of its limits.</exception>
    public static Loss Create(string key, LossOptions? options = null)
    {
        options ??= new LossOptions();
        var faults = options.Faults().ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(options));
        }

        var entry = All.FirstOrDefault(e => e.Key == key)
            ?? throw new ArgumentException($"There is no loss '{key}'. Losses: {string.Join(", ", All.Select(e => e.Key))}.", nameof(key));
        return entry.Create(options);
    }
}
