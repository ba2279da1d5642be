using System.Globalization;
using System.Text;

namespace MedSeg.Reporting;

/// <summary>Curves over epochs as inline SVG.</summary>
internal static class CurveChart
{
    private const double Width = 720;
    private const double Height = 220;
    private const double Margin = 40;

    private static readonly string[] Colors = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#7f7f7f"];

    /// <summary>A titled chart with a legend.</summary>
    /// <param name="title">What is shown.</param>
    /// <param name="curves">Points of each curve, by name.</param>
    public static string Draw(string title, IReadOnlyList<(string Name, List<(double X, double Y)> Points)> curves)
    {
        var all = curves.SelectMany(curve => curve.Points).ToList();
        if (all.Count == 0)
        {
            return "";
        }

        var (left, right) = (all.Min(point => point.X), all.Max(point => point.X));
        var (low, high) = (all.Min(point => point.Y), all.Max(point => point.Y));
        double X(double x) => Margin + ((x - left) / Math.Max(right - left, 1) * (Width - (2 * Margin)));
        double Y(double y) => Height - Margin - ((y - low) / Math.Max(high - low, 1e-12) * (Height - (2 * Margin)));

        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<h2>{TrainingPage.Text(title)}</h2><svg width=\"{Width}\" height=\"{Height}\" role=\"img\" "
                + $"aria-label=\"{TrainingPage.Text(title)}\">"
        );
        foreach (var (index, curve) in curves.Index())
        {
            var color = Colors[index % Colors.Length];
            var points = string.Join(
                ' ',
                curve.Points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.X):0.#},{Y(point.Y):0.#}"))
            );
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"1.5\" points=\"{points}\"/>"
            );
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{Margin + (index * 130)}\" y=\"14\" fill=\"{color}\" font-size=\"12\">{TrainingPage.Text(curve.Name)}</text>"
            );
        }

        Label(svg, 2, Y(high) + 4, high);
        Label(svg, 2, Y(low) + 4, low);
        Label(svg, X(left), Height - 12, left);
        Label(svg, X(right), Height - 12, right);
        return svg.Append("</svg>").ToString();
    }

    private static void Label(StringBuilder svg, double x, double y, double value)
        => svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" font-size=\"10\">{value:G4}</text>");
}
