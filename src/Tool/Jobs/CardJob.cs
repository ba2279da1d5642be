using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Provenance;
using TorchSharp;

namespace MedSeg.Jobs;

/// <summary>Makes the card of a model that was trained here.</summary>
internal static class CardJob
{
    private static readonly JsonSerializerOptions Format =
        new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>The option that names what the author says of a model.</summary>
    public static Option<string?> AuthorOption() => new("--card")
    {
        Description = "JSON file with what the author says of the model: name, version, author, license, intendedUse, limits.",
    };

    /// <summary>The option that names the key to sign with.</summary>
    public static Option<string?> SignOption() =>
        new("--sign") { Description = "PEM file with the private elliptic-curve key that signs the model card." };

    /// <summary>Writes a model, and then once more with its card, which takes time to make: a stop does not cost the training.</summary>
    /// <param name="context">The context.</param>
    /// <param name="trained">The model.</param>
    /// <param name="training">Cases that it learnt from.</param>
    /// <param name="validation">Cases that chose the weights; maybe none.</param>
    /// <param name="options">How it was trained.</param>
    /// <param name="split">How cases were divided.</param>
    /// <param name="path">The zip.</param>
    /// <param name="author">File with what the author says; null for nothing.</param>
    /// <param name="key">Key to sign with; null leaves the card unsigned.</param>
    /// <param name="isStopped">True to leave the card out, as the user waits for the end.</param>
    public static void Save(
        MLContext context,
        TrainedModel trained,
        SegmentationDataset training,
        SegmentationDataset validation,
        SegmentationTrainer.Options options,
        string split,
        string path,
        string? author,
        string? key,
        bool isStopped
    )
    {
        var models = context.MedicalSegmentation().Models;
        var schema = TrainingJob.InputSchema(context, training);
        models.Save(trained.Model, schema, path);
        if (isStopped)
        {
            Report.Step("The model has no card, as training was stopped; `medseg card` can add one.");
            return;
        }

        var card = Describe(trained, training, validation, options, split) with
        {
            Quality = QualityJob.Calibrate(context, path, validation),
        };
        models.Save(trained.Model, schema, path, WithAuthor(card, author), key);
    }

    /// <summary>What is known of a training: data with digests, what its images are like, options, history, versions.</summary>
    /// <remarks>Reads every file of the cases, unless the records have read it before.</remarks>
    public static ModelCard Describe(
        TrainedModel trained,
        SegmentationDataset training,
        SegmentationDataset? validation,
        SegmentationTrainer.Options options,
        string split,
        CaseRecords? records = null
    )
    {
        Report.Step("Reading the training data once more for the model card ...");
        records ??= new();
        return new()
        {
            DataSet = training.Name,
            Split = split,
            TrainingCases = [.. training.Cases.Select(records.DigestOf)],
            ValidationCases = [.. (validation?.Cases ?? []).Select(records.DigestOf)],
            Inputs = InputProfile.Of(training.Cases.Select(records.FeaturesOf)),
            Options = JsonSerializer.Deserialize<JsonElement>(options.ToJson()),
            History = ModelCard.HistoryOf(
                trained.History.Epochs.Select(epoch => (epoch.Epoch, epoch.Loss, epoch.MeanValidationDice, epoch.IsBest, epoch.Seconds))
            ),
            Versions = new Dictionary<string, string> { ["TorchSharp"] = typeof(torch).Assembly.GetName().Version?.ToString(3) ?? "" },
        };
    }

    /// <summary>Digests of the files of every case.</summary>
    public static IReadOnlyList<CardCase> Digests(SegmentationDataset dataset) => [.. dataset.Cases.Select(CardCase.Of)];

    /// <summary>Fails before a training whose card could not be written after it.</summary>
    /// <param name="author">The file of <c>--card</c>; null for none.</param>
    /// <param name="key">The file of <c>--sign</c>; null for none.</param>
    /// <exception cref="InputDataException">A file is no such JSON, or no such key.</exception>
    public static void Require(string? author, string? key)
    {
        WithAuthor(new(), author);
        if (key is not null)
        {
            CardSignature.ReadKey(key).Dispose();
        }
    }

    /// <summary>The card with what a file says; fields that the file lacks stay.</summary>
    /// <exception cref="InputDataException">The file is no such JSON.</exception>
    public static ModelCard WithAuthor(ModelCard card, string? path)
    {
        if (path is null)
        {
            return card;
        }

        try
        {
            var said = JsonSerializer.Deserialize<AuthorFields>(File.ReadAllText(path), Format) ?? throw new JsonException("It is null.");
            return card with
            {
                Name = said.Name ?? card.Name,
                Version = said.Version ?? card.Version,
                Author = said.Author ?? card.Author,
                License = said.License ?? card.License,
                IntendedUse = said.IntendedUse ?? card.IntendedUse,
                Limits = said.Limits ?? card.Limits,
            };
        }
        catch (JsonException fault)
        {
            throw new InputDataException(
                $"{path}: {fault.Message} It is a JSON object with the texts name, version, author, license, intendedUse and limits.",
                fault
            );
        }
    }

    private sealed record AuthorFields(string? Name, string? Version, string? Author, string? License, string? IntendedUse, string? Limits);
}
