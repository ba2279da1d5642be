using System.Text.Json;
using MedSeg.Terminal;

namespace MedSeg.Study;

/// <summary>What one network reached on one task with one seed; kept as a file, so that a study continues where it was stopped.</summary>
internal sealed record StudyResult
{
    private static readonly JsonSerializerOptions Reading = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Key of the <see cref="StudyTask"/>.</summary>
    public required string Task { get; init; }

    /// <summary>Name of the <see cref="StudyNetwork"/>.</summary>
    public required string Network { get; init; }

    /// <summary>Decided the split, the weights and the patches.</summary>
    public required int Seed { get; init; }

    /// <summary>Steps trained, of how many patches each.</summary>
    public required int Steps { get; init; }

    /// <summary>Weights of the network.</summary>
    public required long Parameters { get; init; }

    /// <summary>Names of the structures.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Mean over the test cases of each structure's Dice.</summary>
    public required IReadOnlyList<double> Dice { get; init; }

    /// <summary>Mean over structures.</summary>
    public required double MeanDice { get; init; }

    /// <summary>Loss of the last epoch; finite, as training fails otherwise.</summary>
    public required double LastLoss { get; init; }

    /// <summary>Test cases.</summary>
    public required int TestCases { get; init; }

    /// <summary>Seconds of training, loading included.</summary>
    public required double TrainingSeconds { get; init; }

    /// <summary>Seconds of scoring the test cases, reading and writing included.</summary>
    public required double ScoringSeconds { get; init; }

    /// <summary>Processor cores that training used.</summary>
    public required int Threads { get; init; }

    /// <summary>What a run is called in files; runs of another budget than the task's own have names of their own.</summary>
    public static string NameOf(StudyTask task, StudyNetwork network, int seed)
        => $"{task.Key}-{network.FileName}-seed{seed}{(task.Steps == StudyTask.Find(task.Key).Steps ? "" : $"-steps{task.Steps}")}";

    /// <summary>Where the result of a run is kept.</summary>
    public static string PathOf(string folder, StudyTask task, StudyNetwork network, int seed)
        => Path.Combine(folder, $"{NameOf(task, network, seed)}.json");

    /// <summary>The result that an earlier run has left; null if there is none.</summary>
    /// <exception cref="InputDataException">The file is damaged.</exception>
    public static StudyResult? Find(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<StudyResult>(File.ReadAllText(path), Reading);
        }
        catch (JsonException fault)
        {
            throw new InputDataException(
                $"'{path}' is not a result of a study: {fault.Message} Delete it, and the run is repeated.",
                fault
            );
        }
    }

    /// <summary>Keeps the result.</summary>
    public void Write(string path)
    {
        var unfinished = path + ".part";
        File.WriteAllText(unfinished, Report.ToJson(this));
        File.Move(unfinished, path, overwrite: true);
    }
}
