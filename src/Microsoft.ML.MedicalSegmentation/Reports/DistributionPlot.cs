using System.Globalization;
using System.Text;
using Microsoft.ML.MedicalSegmentation.Numerics;
using static Microsoft.ML.MedicalSegmentation.Reports.HtmlWriter;

namespace Microsoft.ML.MedicalSegmentation.Reports;

/// <summary>Every case's value as a dot, class by class, over quartiles and median: a picture of its own for each metric.</summary>
internal static class DistributionPlot
{
    private const int MostMetrics = 6;
    private const double Left = 130, Right = 24, Width = 520, Row = 34, Axis = 26;

    public static void WriteAll(HtmlWriter html, SegmentationMetrics metrics)
    {
        html.Begin("distributions", "Distributions by class");
        html.Paragraph(
            "A dot is a case; the box holds the middle half of them, the bar is the median. Point at a dot for the name of its case."
        );
        for (var m = 0; m < Math.Min(metrics.Metrics.Count, MostMetrics); m++)
        {
            Write(html, metrics, m);
        }

        html.End();
    }

    private static void Write(HtmlWriter html, SegmentationMetrics metrics, int m)
    {
        var metric = metrics.Metrics[m];
        double[] all = [.. metrics.Cases.SelectMany(one => one.Values[m]).Where(double.IsFinite)];
        if (all.Length == 0)
        {
            return;
        }

        // Shares are drawn from 0 to 1, so that pictures of two reports can be laid side by side.
        var isShare = metric.Unit.Length == 0 && all.Min() >= 0 && all.Max() <= 1;
        var (low, high) = isShare ? (0, 1) : (Math.Min(0, all.Min()), Math.Max(all.Max(), all.Min() + 1e-9));
        double X(double value) => Left + ((value - low) / (high - low) * (Width - Left - Right));
        var height = (metrics.Classes.Count * Row) + Axis;
        var svg = new StringBuilder();
        svg.Append(
                CultureInfo.InvariantCulture,
                $"<figure><figcaption>{Encode(SummarySections.Title(metric))}</figcaption><div class=\"scroll\" tabindex=\"0\">"
            )
            .Append(
                CultureInfo.InvariantCulture,
                $"<svg class=\"plot\" viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{Encode(metric.Name)} by class\">"
            );
        for (var tick = 0; tick <= 4; tick++)
        {
            var value = low + ((high - low) * tick / 4);
            svg.Append(
                    CultureInfo.InvariantCulture,
                    $"<line class=\"grid\" x1=\"{X(value):0.#}\" x2=\"{X(value):0.#}\" y1=\"0\" y2=\"{height - Axis}\"/>"
                )
                .Append(
                    CultureInfo.InvariantCulture,
                    $"<text class=\"tick\" x=\"{X(value):0.#}\" y=\"{height - 8}\">{Number(value, isShare ? 2 : 1)}</text>"
                );
        }

        for (var c = 0; c < metrics.Classes.Count; c++)
        {
            Append(svg, metrics, m, c, X);
        }

        html.Markup(svg.Append("</svg></div></figure>").ToString());
    }

    private static void Append(StringBuilder svg, SegmentationMetrics metrics, int m, int c, Func<double, double> x)
    {
        var middle = (c * Row) + (Row / 2);
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text class=\"name\" x=\"{Left - 10}\" y=\"{middle + 4}\">{Encode(Shorten(metrics.Classes[c].Class.Name))}</text>"
        );
        double[] values = [.. metrics.Cases.Select(one => one.Values[m][c]).Where(double.IsFinite).Order()];
        if (values.Length == 0)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{Left + 20}\" y=\"{middle + 4}\">no case</text>");
            return;
        }

        double Quartile(double percent) => x(SortedValues.Percentile(values, [], percent));
        svg.Append(
                CultureInfo.InvariantCulture,
                $"<rect class=\"box\" x=\"{Quartile(25):0.#}\" y=\"{middle - 10}\" "
                    + $"width=\"{Math.Max(Quartile(75) - Quartile(25), 1):0.#}\" height=\"20\"/>"
            )
            .Append(
                CultureInfo.InvariantCulture,
                $"<line class=\"median\" x1=\"{Quartile(50):0.#}\" x2=\"{Quartile(50):0.#}\" y1=\"{middle - 12}\" y2=\"{middle + 12}\"/>"
            );
        for (var i = 0; i < metrics.Cases.Count; i++)
        {
            // Dots are spread over the row in a fixed pattern, so that equal values stay apart.
            if (metrics.Cases[i].Values[m][c] is var value && double.IsFinite(value))
            {
                svg.Append(
                    CultureInfo.InvariantCulture,
                    $"<circle cx=\"{x(value):0.#}\" cy=\"{middle + ((i * 5 % 9) - 4) * 1.8:0.#}\" "
                        + $"r=\"3\"><title>{Encode(metrics.Cases[i].Name)}: {Number(value)}</title></circle>"
                );
            }
        }
    }

    private static string Shorten(string name) => name.Length <= 17 ? name : name[..16] + "…";
}
