using System.Globalization;
using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What decides how a training goes: data and options by name, in words that can be compared.</summary>
/// <remarks>Threads, memory, callbacks, files and what ends training early are left out: another choice is another computer or another patience, not another training.</remarks>
internal static class TrainingIdentity
{
    private static readonly JsonSerializerOptions Fields = new()
    {
        IncludeFields = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <param name="options">Valid options.</param>
    /// <param name="network">As built.</param>
    /// <param name="seed">The seed, wherever it is from.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="cases">The cases to train on.</param>
    /// <param name="validationCases">How many cases choose the best epoch.</param>
    public static IReadOnlyDictionary<string, string> Of(
        SegmentationTrainerOptions options, Network network, int seed, PatchSize patch, ClassMap classes, CaseStore cases, int validationCases) => new (string Name, object Value)[]
    {
        ("the number of cases", cases.Count),
        ("the number of cases in memory", cases.KeptCount),
        ("the number of validation cases", validationCases),
        ("the classes", string.Join(", ", classes.Classes.Select(c => $"{c.Value} {c.Name}"))),
        (nameof(options.Network), options.Network.ToLowerInvariant()),
        (nameof(options.NetworkOptions), NetworkOptionsJson.Write(network.Options)),
        (nameof(options.Seed), seed),
        (nameof(options.PatchSize), patch),
        (nameof(options.ForegroundFraction), options.ForegroundFraction),
        (nameof(options.BatchSize), options.BatchSize),
        (nameof(options.MaxEpoch), options.MaxEpoch),
        (nameof(options.StepsPerEpoch), options.StepsPerEpoch),
        (nameof(options.Optimizer), options.Optimizer),
        (nameof(options.LearningRate), options.LearningRate),
        (nameof(options.Schedule), Words(options.Schedule)),
        (nameof(options.WarmUpSteps), options.WarmUpSteps),
        (nameof(options.WeightDecay), options.WeightDecay),
        (nameof(options.Momentum), options.Momentum),
        (nameof(options.AdamBeta1), options.AdamBeta1),
        (nameof(options.AdamBeta2), options.AdamBeta2),
        (nameof(options.GradientClipNorm), options.GradientClipNorm),
        (nameof(options.WeightAverageDecay), options.WeightAverageDecay),
        (nameof(options.Loss), options.Loss),
        (nameof(options.LossOptions), JsonSerializer.Serialize(options.LossOptions, Fields)),
        (nameof(options.DeepSupervision), options.DeepSupervision),
        (nameof(options.Precision), options.Precision),
        (nameof(options.Augmentation), JsonSerializer.Serialize(options.Augmentation, Fields)),
        (nameof(options.FreezePatterns), string.Join(" ", options.FreezePatterns)),
    }.ToDictionary(entry => entry.Name, entry => Convert.ToString(entry.Value, CultureInfo.InvariantCulture) ?? "");

    // Schedules of one key may have other numbers; some of their rates tell them apart.
    private static string Words(LearningRateSchedule schedule) => string.Create(
        CultureInfo.InvariantCulture, $"{schedule.Key} ({schedule.At(1, 1, 10):R}, {schedule.At(1, 4, 10):R}, {schedule.At(1, 7, 10):R}, {schedule.At(1, 9, 10):R})");
}
