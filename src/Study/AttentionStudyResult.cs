using System.Globalization;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Study;

/// <summary>What an <see cref="AttentionStudy"/> has found, as tables and as a plot.</summary>
public sealed class AttentionStudyResult
{
    private readonly IReadOnlyList<LabelClass> _classes;

    internal AttentionStudyResult(IReadOnlyList<AttentionStudyRun> runs)
    {
        Runs = runs;
        _classes = [.. runs[0].Metrics.Classes.Select(c => c.Class)];
    }

    /// <summary>Every training, block by block in the order of the options, the network without attention first.</summary>
    public IReadOnlyList<AttentionStudyRun> Runs { get; }

    internal IEnumerable<IGrouping<string, AttentionStudyRun>> Blocks => Runs.GroupBy(run => run.Block);

    /// <summary>A table in Markdown with a line per block: means over the seeds, and standard deviations where there are several.</summary>
    public string ToMarkdown()
    {
        var seeds = Runs.Select(run => run.Seed).Distinct().ToList();
        List<AttentionStudyRun> control = [.. Runs.Where(run => run.Block == AttentionStudyRun.NoBlock)];
        var blocks = Blocks.ToList();
        var gains = blocks.Select(runs => runs.Key == AttentionStudyRun.NoBlock ? null : BlockComparison.Of(control, [.. runs])).ToList();
        var corrected = BlockComparison.Corrected([.. gains.Select(gain => gain?.PValue ?? double.NaN)]);
        string[] head =
        [
            "block", "parameters", "training s",
            .. _classes.Select(c => $"Dice {Cell(c.Name)}"), "Dice mean", "gain", "95 % interval", "p", "p, corrected",
            .. _classes.Select(c => $"HD95 {Cell(c.Name)}, mm"), "misses",
        ];
        var table = new StringBuilder();
        table
            .AppendLine($"| {string.Join(" | ", head)} |")
            .AppendLine($"|---|{string.Concat(Enumerable.Repeat("---:|", head.Length - 1))}");
        foreach (var (at, runs) in blocks.Index())
        {
            string[] cells =
            [
                runs.Key,
                runs.First().Parameters.ToString("N0", CultureInfo.InvariantCulture),
                Mean(runs.Select(run => run.TrainingSeconds), "0"),
                .. _classes.Select((_, c) => Mean(runs.Select(run => run.Metrics.Classes[c].Dice), "0.0000")),
                Mean(runs.Select(run => run.Metrics.MeanDice), "0.0000"),
                .. Cells(gains[at], corrected[at]),
                .. _classes.Select((_, c) => Mean(runs.Select(run => run.Hausdorff95[c]), "0.00")),
                runs.Sum(run => run.Misses).ToString(CultureInfo.InvariantCulture),
            ];
            table.AppendLine($"| {string.Join(" | ", cells)} |");
        }

        table
            .AppendLine()
            .Append(
                $"{Runs[0].Metrics.Cases.Count} test cases; seeds "
                    + $"{string.Join(", ", seeds)}{(seeds.Count > 1 ? " (mean ± standard deviation)" : "")}. Dice is the mean over cases, "
                    + "then over classes; gain is the mean over cases of the difference from the network without attention, of each case "
                    + "the mean over classes and seeds, with the interval of the bootstrap over cases. p is that of Wilcoxon's signed-rank "
                    + "test over cases, then corrected for the number of blocks (Holm): it compares these trainings on other cases, not "
                    + "other trainings. HD95 pools the distances of both surfaces; a structure in only one of truth and prediction (a "
                    + "miss) counts with the diagonal of the image."
            );
        return table.AppendLine().ToString();
    }

    /// <summary>A line per training, separated by tabs, with every number in full.</summary>
    public string ToTsv()
    {
        var table = new StringBuilder();
        table.AppendJoin('\t', (string[])
        [
            "block", "seed", "parameters", "training_seconds",
            .. _classes.Select(c => $"dice_{Cell(c.Name)}"), "dice_mean", .. _classes.Select(c => $"hd95_{Cell(c.Name)}_mm"), "misses",
        ]).Append('\n');
        foreach (var run in Runs)
        {
            table.AppendJoin('\t', (string[])
            [
                run.Block,
                .. new[] { run.Seed, run.Parameters, run.TrainingSeconds }
                    .Concat(run.Metrics.Classes.Select(c => c.Dice)).Append(run.Metrics.MeanDice).Concat(run.Hausdorff95).Append(run.Misses)
                    .Select(number => number.ToString("R", CultureInfo.InvariantCulture)),
            ]).Append('\n');
        }

        return table.ToString();
    }

    /// <summary>A plot as SVG: the mean Dice of every training, and of every block.</summary>
    public string ToSvg() => AttentionStudyPlot.Draw(this);

    /// <summary>Writes attention-study.md, attention-study.tsv and attention-study.svg.</summary>
    /// <param name="folder">Where to; made if it is missing.</param>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (extension, text) in new[] { ("md", ToMarkdown()), ("tsv", ToTsv()), ("svg", ToSvg()) })
        {
            File.WriteAllText(Path.Combine(folder, $"attention-study.{extension}"), text);
        }
    }

    private static string[] Cells(BlockComparison? gain, double corrected)
    {
        static string Text(double number, string format) =>
            double.IsNaN(number) ? "n/a" : number.ToString(format, CultureInfo.InvariantCulture);

        const string Signed = "+0.0000;-0.0000;0.0000";
        return gain is null
            ? ["", "", "", ""]
            :
            [
                Text(gain.Difference, Signed),
                $"{Text(gain.Lower, Signed)} to {Text(gain.Upper, Signed)}",
                Text(gain.PValue, "0.000"),
                Text(corrected, "0.000"),
            ];
    }

    private static string Mean(IEnumerable<double> values, string format)
    {
        var numbers = values.ToList();
        var mean = numbers.Average();
        var text = double.IsNaN(mean) ? "n/a" : mean.ToString(format, CultureInfo.InvariantCulture);
        var deviation = Math.Sqrt(numbers.Sum(number => (number - mean) * (number - mean)) / Math.Max(1, numbers.Count - 1));
        return numbers.Count == 1 || double.IsNaN(mean) ? text : $"{text} ± {deviation.ToString(format, CultureInfo.InvariantCulture)}";
    }

    // A name must not break the table.
    private static string Cell(string name) => string.Concat(name.Select(letter => letter == '|' || char.IsControl(letter) ? ' ' : letter));
}
