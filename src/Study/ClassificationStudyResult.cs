using System.Globalization;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Study;

/// <summary>What a <see cref="ClassificationStudy"/> has found, as tables.</summary>
public sealed class ClassificationStudyResult
{
    internal ClassificationStudyResult(IReadOnlyList<ClassificationStudyRun> runs) => Runs = runs;

    /// <summary>Every training, block by block in the order of the options, the network without attention first.</summary>
    public IReadOnlyList<ClassificationStudyRun> Runs { get; }

    private IReadOnlyList<ClassificationStudyRun> Control => [.. Runs.Where(run => run.Block == AttentionStudyRun.NoBlock)];

    /// <summary>A table in Markdown with a line per block: AUC with its interval, gain with interval and paired test.</summary>
    public string ToMarkdown()
    {
        var seeds = Runs.Select(run => run.Seed).Distinct().ToList();
        var control = Control.Select(run => run.Evaluation).ToList();
        string[] head =
        [
            "block",
            "parameters",
            "training s",
            "AUC of each seed",
            "AUC mean",
            "95 % interval",
            "gain",
            "95 % interval",
            "p",
            "accuracy",
            "balanced accuracy",
        ];
        var table = new StringBuilder();
        table
            .AppendLine($"| {string.Join(" | ", head)} |")
            .AppendLine($"|---|{string.Concat(Enumerable.Repeat("---:|", head.Length - 1))}");
        foreach (var block in Runs.GroupBy(run => run.Block))
        {
            var evaluations = block.Select(run => run.Evaluation).ToList();
            var (mean, lower, upper) = ClassificationEvaluation.MeanAuc(evaluations);
            var gain = block.Key == AttentionStudyRun.NoBlock ? null : ClassificationEvaluation.CompareAuc(control, evaluations);
            string[] cells =
            [
                block.Key,
                block.First().Parameters.ToString("N0", CultureInfo.InvariantCulture),
                Text(block.Average(run => run.TrainingSeconds), "0"),
                string.Join(", ", block.Select(run => Text(run.Evaluation.Auc, "0.000"))),
                Text(mean, "0.0000"),
                $"{Text(lower, "0.000")} to {Text(upper, "0.000")}",
                gain is null ? "" : Text(gain.Difference, "+0.0000;-0.0000;0.0000"),
                gain is null ? "" : $"{Text(gain.Lower, "+0.000;-0.000;0.000")} to {Text(gain.Upper, "+0.000;-0.000;0.000")}",
                gain is null ? "" : Text(gain.PValue, "0.000"),
                Text(block.Average(run => run.Evaluation.Accuracy), "0.000"),
                Text(block.Average(run => run.Evaluation.BalancedAccuracy), "0.000"),
            ];
            table.AppendLine($"| {string.Join(" | ", cells)} |");
        }

        var test = seeds.Count > 1 ? "the bootstrap" : "DeLong's test";
        return table
            .AppendLine()
            .AppendLine(
                $"{Runs[0].Evaluation.CaseCount} test images; seeds {string.Join(", ", seeds)}. Intervals are those of the "
                    + $"bootstrap over test images, in which all seeds and both networks see the same draws; p is two-sided, by {test}, "
                    + "and not corrected for the number of blocks. Accuracies are means over seeds."
            )
            .ToString();
    }

    /// <summary>
    /// A line per training, separated by tabs, with every number in full; p of DeLong's test against the network without attention of the
    /// same seed.
    /// </summary>
    public string ToTsv()
    {
        var table = new StringBuilder("block\tseed\tparameters\ttraining_seconds\tauc\taccuracy\tbalanced_accuracy\tlog_loss\tp_delong\n");
        foreach (var run in Runs)
        {
            var control = Control.FirstOrDefault(other => other.Seed == run.Seed && other.Block != run.Block);
            double[] numbers =
            [
                run.Seed,
                run.Parameters,
                run.TrainingSeconds,
                run.Evaluation.Auc,
                run.Evaluation.Accuracy,
                run.Evaluation.BalancedAccuracy,
                run.Evaluation.LogLoss,
                control?.Evaluation.CompareAuc(run.Evaluation).PValue ?? double.NaN,
            ];
            table
                .AppendJoin('\t', [run.Block, .. numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture))])
                .Append('\n');
        }

        return table.ToString();
    }

    /// <summary>Writes classification-study.md and classification-study.tsv.</summary>
    /// <param name="folder">Where to; made if it is missing.</param>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "classification-study.md"), ToMarkdown());
        File.WriteAllText(Path.Combine(folder, "classification-study.tsv"), ToTsv());
    }

    private static string Text(double number, string format) =>
        double.IsNaN(number) ? "n/a" : number.ToString(format, CultureInfo.InvariantCulture);
}
