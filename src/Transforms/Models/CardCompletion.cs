using System.Reflection;
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
        versions.TryAdd("Microsoft.ML.MedicalSegmentation", info?.LibraryVersion is { Length: > 0 } version ? version : VersionOf(typeof(ModelCard)));
        versions.TryAdd("Microsoft.ML", VersionOf(typeof(MLContext)));
        versions.TryAdd("Microsoft.ML.OnnxRuntime", VersionOf(typeof(InferenceSession)));
        versions.TryAdd(".NET", Environment.Version.ToString());
        return card with
        {
            Created = card.Created ?? DateTimeOffset.UtcNow,
            Network = card.Network.Length > 0 ? card.Network : info?.Network ?? description.Classification?.Info.Network ?? "",
            Classes = card.Classes.Count > 0 ? card.Classes
                : info is not null ? [.. info.Classes.Select(c => new CardClass(c.Value, c.Name))]
                : description.Classification is { } classifier ? [.. classifier.Info.Classes.Select((name, index) => new CardClass(index, name))]
                : [.. (description.Planned?.Outputs ?? []).Select(output => new CardClass(output.Value, output.Name))],
            History = history,
            Versions = versions,
        };
    }

    private static IEnumerable<CardEpoch> HistoryOf(ITransformer model) => model switch
    {
        SegmentationTransformer { TrainingHistory: { } history } => ModelCard.HistoryOf(
            history.Epochs.Select(epoch => (epoch.Epoch, epoch.Loss, epoch.MeanValidationDice, epoch.IsBest, epoch.Seconds))),
        IEnumerable<ITransformer> chain => chain.SelectMany(HistoryOf),
        _ => [],
    };

    private static string VersionOf(Type type)
        => type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";
}
