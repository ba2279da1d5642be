using System.Globalization;
using System.Text;

namespace MedSeg.Study;

/// <summary>Writes results as tables of Markdown, a table per task, the control first.</summary>
internal static class StudyReport
{
    /// <summary>Every table.</summary>
    public static string Write(IReadOnlyList<StudyResult> results)
    {
        var text = new StringBuilder();
        foreach (var task in StudyTask.All)
        {
            var rows = results.Where(result => result.Task == task.Key).ToList();
            if (rows.Count > 0)
            {
                Write(text, task, rows);
            }
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, StudyTask task, List<StudyResult> rows)
    {
        var first = rows[0];
        var several = first.Classes.Count > 1;
        text.AppendLine(CultureInfo.InvariantCulture, $"## {task.Title}").AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{first.TestCases} test cases; steps of {task.BatchSize} patches of {task.Patch} voxels; learning rate "
                + $"{StudyTraining.LearningRate} for every network."
        );
        text.AppendLine();
        string[] head =
        [
            "network",
            "size",
            "parameters",
            .. several ? first.Classes.Select(name => $"Dice {name}") : [],
            "Dice",
            "against U-Net",
            "last loss",
            "steps",
            "seed",
            "training s",
            "scoring s",
            "threads",
        ];
        text.AppendLine(Row(head)).AppendLine(Row(head.Select((_, column) => column < 2 ? "---" : "---:")));
        foreach (var network in StudyNetwork.All)
        {
            foreach (var row in rows.Where(row => row.Network == network.Name).OrderBy(row => row.Steps).ThenBy(row => row.Seed))
            {
                var control = rows.FirstOrDefault(other =>
                    other.Network == StudyNetwork.All[0].Name && (other.Seed, other.Steps) == (row.Seed, row.Steps)
                );
                text.AppendLine(
                    Row([
                        network.Name,
                        network.Sizes,
                        Number(row.Parameters, "N0"),
                        .. several ? row.Dice.Select(dice => Number(dice, "0.000")) : [],
                        Number(row.MeanDice, "0.000"),
                        control is null || control == row
                            ? ""
                            : Number(Math.Round(100 * (row.MeanDice - control.MeanDice), 1), "+0.0;-0.0;0.0"),
                        Number(row.LastLoss, "0.000"),
                        $"{row.Steps}",
                        $"{row.Seed}",
                        Number(row.TrainingSeconds, "0"),
                        Number(row.ScoringSeconds, "0"),
                        $"{row.Threads}",
                    ])
                );
            }
        }

        text.AppendLine();
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
