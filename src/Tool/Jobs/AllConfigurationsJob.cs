using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Planning;

namespace MedSeg.Jobs;

/// <summary>Cross-validates every configuration of a plan, one after another, and writes the best as one zip.</summary>
internal static class AllConfigurationsJob
{
    /// <summary>What --configuration is then.</summary>
    public const string Name = "all";

    /// <summary>Trains and chooses.</summary>
    /// <param name="context">Device.</param>
    /// <param name="dataset">The cases.</param>
    /// <param name="plan">Has the configurations.</param>
    /// <param name="output">The zip to write; those of the configurations and of their folds stand beside it.</param>
    /// <param name="author">File with what the author says of the model; null for nothing.</param>
    /// <param name="key">Key that signs the card; null leaves it unsigned.</param>
    /// <param name="asJson">Whether the result is printed for programs.</param>
    /// <param name="train">Cross-validates a configuration after its stage before, writes the zip, and gives an exit code.</param>
    /// <param name="cancellation">Stops between cases.</param>
    public static int Run(
        MLContext context,
        SegmentationDataset dataset,
        SegmentationPlan plan,
        string output,
        string? author,
        string? key,
        bool asJson,
        Func<string, string, StagePredictions?, int> train,
        CancellationToken cancellation
    )
    {
        var zips = new List<(string Name, string Path)>();
        var names = NamesOf(plan, dataset);
        Report.Step($"Configurations: {string.Join(", ", names)}.");
        foreach (var name in names)
        {
            var zip = FoldFiles.Configuration(output, name);
            Report.Step($"Configuration {name}:");
            using var previous = plan.Configuration(name).PreviousStage is { } stage
                ? StagePredictions.Make(context, FoldFiles.Configuration(output, stage), dataset)
                : null;
            if (train(name, zip, previous) is var code && code != ExitCode.Success)
            {
                return code;
            }

            zips.Add((name, zip));
        }

        var choice = ConfigurationChoiceJob.Run(context, dataset, zips, output, withEnsembles: true, author, key, cancellation);
        ConfigurationChoiceJob.Print(choice, output, asJson);
        return ExitCode.Success;
    }

    // Every stage stands before the one that takes its labels; there are no cascades over regions.
    private static List<string> NamesOf(SegmentationPlan plan, SegmentationDataset dataset)
    {
        var isCascade = plan.Configurations.ToLookup(one => one.PreviousStage is not null);
        return
        [
            .. isCascade[false].Select(one => one.Name),
            .. dataset.Regions.Count > 0 ? [] : isCascade[true].Select(one => one.Name),
        ];
    }
}
