using System.Globalization;
using System.Security;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Study;

/// <summary>
/// Draws an <see cref="AttentionStudyResult"/>: a line per block, a dot per training, a stroke at the mean, a dashed line through the
/// control.
/// </summary>
internal static class AttentionStudyPlot
{
    private const int Left = 230;
    private const int Right = 640;
    private const int Top = 48;
    private const int RowHeight = 28;

    public static string Draw(AttentionStudyResult result)
    {
        var blocks = result
            .Blocks.Select(runs => (runs.Key, Dice: runs.Select(run => run.Metrics.MeanDice).Where(double.IsFinite).ToList()))
            .ToList();
        var all = blocks.SelectMany(block => block.Dice).DefaultIfEmpty(0).ToList();
        var step = all.Max() - all.Min() > 0.1 ? 0.05 : 0.01;
        var (low, high) = ((Math.Floor(all.Min() / step) - 1) * step, (Math.Floor(all.Max() / step) + 1) * step);
        double X(double dice) => Left + ((dice - low) / (high - low) * (Right - Left));
        var bottom = Top + (blocks.Count * RowHeight);

        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 {bottom + 44}\" font-family=\"sans-serif\" font-size=\"13\">\n"
        );
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        svg.Append("<text x=\"16\" y=\"26\" font-size=\"15\">Mean Dice of a U-Net with each attention block</text>\n");
        for (var tick = 0; low + (tick * step) <= high + 1e-9; tick++)
        {
            var at = low + (tick * step);
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{X(at):0.0} {Top - 8}V{bottom}\" stroke=\"#ddd\"/>");
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{X(at):0.0}\" y=\"{bottom + 18}\" text-anchor=\"middle\" fill=\"#555\">{at:0.00}</text>\n"
            );
        }

        if (blocks[0].Dice.Count > 0)
        {
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<path d=\"M{X(blocks[0].Dice.Average()):0.0} {Top - 8}V{bottom}\" stroke=\"#888\" stroke-dasharray=\"4 3\"/>\n"
            );
        }

        foreach (var (row, (key, dice)) in blocks.Index())
        {
            var y = Top + (row * RowHeight) + (RowHeight / 2);
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{Left - 14}\" y=\"{y + 4}\" text-anchor=\"end\">{SecurityElement.Escape(key)}</text>"
            );
            foreach (var number in dice)
            {
                svg.Append(
                    CultureInfo.InvariantCulture,
                    $"<circle cx=\"{X(number):0.0}\" cy=\"{y}\" r=\"4\" fill=\"#2a78b5\" fill-opacity=\"0.6\"/>"
                );
            }

            if (dice.Count > 0)
            {
                var mean = dice.Average();
                svg.Append(
                    CultureInfo.InvariantCulture,
                    $"<path d=\"M{X(mean):0.0} {y - 9}V{y + 9}\" stroke=\"#c1440e\" stroke-width=\"2\"/>"
                );
                svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Right + 14}\" y=\"{y + 4}\">{mean:0.0000}</text>");
            }

            svg.Append('\n');
        }

        return svg.Append("</svg>\n").ToString();
    }
}
