using Microsoft.ML.MedicalSegmentation.Data.Cases;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>What decides the result of a training: data and options by name, as text that can be compared.</summary>
internal static class TrainingIdentity
{
    // Another computer, another file or another patience is not another training.
    private static readonly string[] Left =
    [
        "checkpoint.",
        "export.",
        "scoring.",
        "validation.",
        "device.threads",
        "partition",
        "optimization.timeBudget",
        "optimization.maxEpoch",
        "sampling.maximumCacheBytes",
        "sampling.workers",
        "initialization.weightsPath",
        "initialization.loading.",
    ];

    /// <summary>What options decide.</summary>
    /// <typeparam name="T">The type of the options.</typeparam>
    public static Dictionary<string, string> Of<T>(T options) =>
        TrainerOptionsJson
            .Flatten(options)
            .Where(entry =>
                !Left.Any(left => entry.Key.StartsWith(left, StringComparison.Ordinal))
                && !entry.Key.EndsWith("ColumnName", StringComparison.Ordinal)
            )
            .ToDictionary();

    /// <param name="options">Valid options; the network, the patch and the seed as they are used.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="cases">The cases to train on.</param>
    /// <param name="validationCases">How many cases choose the best epoch.</param>
    public static IReadOnlyDictionary<string, string> Of(
        SegmentationTrainer.Options options,
        ClassMap classes,
        CaseStore cases,
        int validationCases
    )
    {
        var identity = Of(options with { Classes = null, Loss = options.LossOrDefault });
        identity["the number of cases"] = $"{cases.Count}";
        identity["the number of validation cases"] = $"{validationCases}";
        identity["the classes"] = string.Join(", ", classes.Classes.Select(c => $"{c.Value} {c.Name}"));
        return identity;
    }
}
