using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.Study;

/// <summary>What a finished training of a study gave to the test images, in a file beside its state.</summary>
/// <param name="path">The files' common beginning.</param>
/// <param name="options">The options of the training in words; others are another training.</param>
internal sealed class KeptRun(string path, string options)
{
    /// <summary>The state of the training itself.</summary>
    public string StatePath => $"{path}.state";

    private string ResultPath => $"{path}.json";

    /// <summary>The run of the same options and test labels; null if none was kept, or labels are no texts.</summary>
    public ClassificationStudyRun? Find(IReadOnlyList<string> labels)
    {
        if (!File.Exists(ResultPath))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<Content>(File.ReadAllText(ResultPath)) is { } content && content.Options == options
                && content.Truth.Select(index => content.Classes[index]).SequenceEqual(labels)
                ? new()
                {
                    Block = content.Block,
                    Seed = content.Seed,
                    Parameters = content.Parameters,
                    TrainingSeconds = content.TrainingSeconds,
                    Evaluation = new(content.Classes, content.Truth, content.Probabilities),
                }
                : null;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            throw new InvalidDataException(
                $"'{ResultPath}' is not a result of a study: {fault.Message} Delete it, and the training is measured again.",
                fault
            );
        }
    }

    /// <summary>Keeps a run; the file is whole or absent.</summary>
    public void Write(ClassificationStudyRun run)
    {
        var content = new Content(
            options,
            run.Block,
            run.Seed,
            run.Parameters,
            run.TrainingSeconds,
            run.Evaluation.Classes,
            run.Evaluation.Truth,
            [.. run.Evaluation.Probabilities.Select(row => row.ToArray())]
        );
        File.WriteAllText($"{ResultPath}.part", JsonSerializer.Serialize(content));
        File.Move($"{ResultPath}.part", ResultPath, overwrite: true);
    }

    private sealed record Content(
        string Options,
        string Block,
        int Seed,
        long Parameters,
        double TrainingSeconds,
        IReadOnlyList<string> Classes,
        IReadOnlyList<int> Truth,
        IReadOnlyList<float[]> Probabilities
    );
}
