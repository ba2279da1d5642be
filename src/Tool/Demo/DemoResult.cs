using MedSeg.Terminal;

namespace MedSeg.Demo;

/// <summary>What the demo found.</summary>
internal sealed record DemoResult(
    SegmentationDataset Dataset,
    SegmentationDataset Training,
    SegmentationDataset Test,
    SegmentationTrainer.Options Options,
    int Seed,
    SegmentationMetrics Metrics,
    double TrainingSeconds,
    double TotalSeconds,
    int DifferingCases)
{
    /// <summary>Writes the table and the JSON.</summary>
    public void Write(DemoFiles files)
    {
        File.WriteAllText(files.Json, Report.ToJson(ToJson()));
        File.WriteAllText(files.Table, $"{Metrics}{Environment.NewLine}{Summary(files)}{Environment.NewLine}");
    }

    /// <summary>The result for programs.</summary>
    public object ToJson() => new
    {
        dataset = Dataset.Name,
        trainingCases = Training.Cases.Count,
        testCases = Test.Cases.Select(c => c.Id),
        network = Options.Network.Entry.Key,
        epochs = Options.Optimization.MaxEpoch,
        seed = Seed,
        dice = MetricsTable.ToJson(Metrics),
        newProcess = new { identical = DifferingCases == 0, differingCases = DifferingCases },
        seconds = new { training = TrainingSeconds, total = TotalSeconds },
        processors = Environment.ProcessorCount,
    };

    /// <summary>The result for people, below the table.</summary>
    public string Summary(DemoFiles files)
        => $"""
            Mean Dice {Metrics.MeanDice:0.000} on {Test.Cases.Count} cases that training never saw; {Options.Network.Entry.Key}, {Options.Optimization.MaxEpoch} epochs on {Training.Cases.Count} cases.
            A new process that loaded {files.Model} gave {(
                DifferingCases == 0 ? "identical labels" : $"other labels for {DifferingCases} cases"
            )}.
            Training took {Clock(TrainingSeconds)}, everything {Clock(TotalSeconds)}, on {Environment.ProcessorCount} processors.
            Wrote {files.Model}, {files.Onnx}, {files.Predictions}, {files.Json}.
            Open the report in a browser: {Path.GetFullPath(files.Report)}
            """;

    private static string Clock(double seconds) => TimeSpan.FromSeconds(seconds).ToString(seconds < 3600 ? @"m\:ss" : @"h\:mm\:ss");
}
