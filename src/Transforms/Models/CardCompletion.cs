using System.Reflection;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.MedicalSegmentation.Models;

/// <summary>Adds to a card what the model itself says; what the caller gave stays.</summary>
internal static class CardCompletion
{
    public static ModelCard Complete(this ModelCard card, MLContext context, ITransformer model)
    {
        var description = ModelReading.Describe(context, model);
        var history = card.History.Count > 0 ? card.History : [.. HistoryOf(model)];
        var info = description.Segmentation?.Info;
        var versions = new Dictionary<string, string>(card.Versions);
        versions.TryAdd(
            "Microsoft.ML.MedicalSegmentation",
            info?.LibraryVersion is { Length: > 0 } version ? version : VersionOf(typeof(ModelCard))
        );
        versions.TryAdd("Microsoft.ML", VersionOf(typeof(MLContext)));
        versions.TryAdd("Microsoft.ML.OnnxRuntime", VersionOf(typeof(InferenceSession)));
        versions.TryAdd(".NET", Environment.Version.ToString());
        return card with
        {
            Created = card.Created ?? DateTimeOffset.UtcNow,
            Network =
                card.Network.Length > 0
                    ? card.Network
                    : info?.Network
                        ?? description.Classification?.Info.Network
                        ?? description.Encoder?.Info.Network
                        ?? description.Synthesis?.Info.Network
                        ?? string.Join(
                            ", ",
                            (description.Planned?.Members ?? []).Select(member =>
                                $"{member.Name}{(member.Networks > 1 ? $" x {member.Networks}" : "")}"
                            )
                        ),
            Classes =
                card.Classes.Count > 0 ? card.Classes
                : info is not null ? [.. info.Classes.Select(c => new CardClass(c.Value, c.Name))]
                : description.Classification is { } classifier
                    ? [.. classifier.Info.Classes.Select((name, index) => new CardClass(index, name))]
                : [.. (description.Planned?.Outputs ?? []).Select(output => new CardClass(output.Value, output.Name))],
            History = history,
            Plan = card.Plan ?? PlanOf(model),
            Versions = versions,
        };
    }

    // The plan that a planned model was trained by in this process.
    private static JsonElement? PlanOf(ITransformer model) => model switch
    {
        PlannedTransformer { Plan: { } plan } => JsonSerializer.Deserialize<JsonElement>(plan.ToJson()),
        IEnumerable<ITransformer> chain => chain.Select(PlanOf).FirstOrDefault(plan => plan is not null),
        _ => null,
    };

    private static IEnumerable<CardEpoch> HistoryOf(ITransformer model) => model switch
    {
        PlannedTransformer { TrainingHistories: [var history] } => HistoryOf(history),
        SegmentationTransformer { TrainingHistory: { } history } => HistoryOf(history),
        IEnumerable<ITransformer> chain => chain.SelectMany(HistoryOf),
        _ => [],
    };

    private static IReadOnlyList<CardEpoch> HistoryOf(SegmentationTrainingHistory history) => ModelCard.HistoryOf(
        history.Epochs.Select(epoch => (epoch.Epoch, epoch.Loss, epoch.MeanValidationDice, epoch.IsBest, epoch.Seconds)));

    private static string VersionOf(Type type)
        => type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";
}
