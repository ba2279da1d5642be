using System.Globalization;
using System.Text;

namespace MedSeg.Study;

/// <summary>What a number of labelled cases gave with one seed, from random weights and from a pre-trained encoder.</summary>
/// <param name="Labelled">Cases with labels.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Scratch">Mean Dice from random weights.</param>
/// <param name="Pretrained">Mean Dice from the encoder.</param>
/// <param name="Comparison">The second less the first, over the test cases.</param>
internal sealed record PretrainingStudyRow(int Labelled, int Seed, double Scratch, double Pretrained, ModelComparison Comparison)
{
    /// <summary>A heading, the settings, a line for each number and seed, and the means over seeds.</summary>
    public static string Write(string title, string settings, IReadOnlyList<PretrainingStudyRow> rows)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"## {title}").AppendLine().AppendLine(settings).AppendLine();
        text.AppendLine("| labelled cases | seed | Dice, random weights | Dice, pre-trained | difference (95 %) | p (Wilcoxon) |");
        text.AppendLine("| ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var sameNumber in rows.GroupBy(row => row.Labelled))
        {
            foreach (var row in sameNumber)
            {
                text.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"| {row.Labelled} | {row.Seed} | {row.Scratch:0.000} | {row.Pretrained:0.000} | {row.Interval} | "
                        + $"{row.Comparison.PValue:0.000} |"
                );
            }

            var differences = sameNumber.Select(row => row.Comparison.Difference).ToList();
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {sameNumber.Key} | mean | {sameNumber.Average(row => row.Scratch):0.000} | "
                    + $"{sameNumber.Average(row => row.Pretrained):0.000} | {differences.Average():+0.000;-0.000} "
                    + $"({differences.Min():+0.000;-0.000} to {differences.Max():+0.000;-0.000} over seeds) | |"
            );
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Labelled} labelled cases, seed {Seed}: Dice {Scratch:0.000} from random weights, {Pretrained:0.000} pre-trained, {Interval}"
        );

    private string Interval =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Comparison.Difference:+0.000;-0.000} ({Comparison.Lower:+0.000;-0.000} to {Comparison.Upper:+0.000;-0.000})"
        );
}
