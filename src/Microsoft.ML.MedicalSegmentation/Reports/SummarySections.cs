using static Microsoft.ML.MedicalSegmentation.Reports.HtmlWriter;

namespace Microsoft.ML.MedicalSegmentation.Reports;

/// <summary>The figures that one looks at first.</summary>
internal static class SummarySections
{
    private const int MostNames = 20;

    public static void Write(HtmlWriter html, SegmentationMetrics metrics)
    {
        html.Begin("summary", "Summary");
        var total = metrics.Cases.Count + metrics.MissingCases.Count;
        html.Markup("<div class=\"tiles\">");
        foreach (var metric in metrics.Metrics.Take(4))
        {
            var summary = metrics.Summarize(metric.Key);
            Tile(
                html,
                $"{metric.Name}{(metric.Unit.Length > 0 ? $", {metric.Unit}" : "")}",
                Number(summary.Mean),
                $"{Interval(summary)} n = {summary.Count}"
            );
        }

        Tile(
            html,
            "Cases",
            $"{metrics.Cases.Count}",
            metrics.MissingCases.Count == 0 ? "none without a prediction" : $"{metrics.MissingCases.Count} of {total} without a prediction"
        );
        html.Markup("</div>");
        if (metrics.MissingCases.Count > 0)
        {
            html.Markup(
                $"<p class=\"warning\">{metrics.MissingCases.Count} of {total} cases have no prediction and are in no mean: "
                    + Encode(string.Join(", ", metrics.MissingCases.Take(MostNames)))
                    + (metrics.MissingCases.Count > MostNames ? ", …" : "")
                    + ".</p>"
            );
        }

        Table(html, metrics);
        html.End();
    }

    /// <summary>Means with intervals by class.</summary>
    public static void Table(HtmlWriter html, SegmentationMetrics metrics)
    {
        html.Table(
            ["class", .. metrics.Metrics.Select(Title), "n", "excluded"],
            [
                .. metrics.Classes.Select(
                    (c, i) =>
                        (string[])
                            [
                                c.Class.Name,
                                .. metrics.Metrics.Select(metric => Text(metrics.Summarize(metric.Key, i))),
                                $"{c.CasesUsed}",
                                $"{c.CasesExcluded}",
                            ]
                ),
                ["mean", .. metrics.Metrics.Select(metric => Text(metrics.Summarize(metric.Key))), $"{metrics.Cases.Count}", ""],
            ]);
    }

    /// <summary>Name and unit of a metric.</summary>
    public static string Title(SegmentationMetric metric) => metric.Unit.Length == 0 ? metric.Name : $"{metric.Name}, {metric.Unit}";

    private static string Text(MetricSummary summary) => $"{Number(summary.Mean)} {Interval(summary)}".TrimEnd();

    private static string Interval(MetricSummary summary)
        => double.IsNaN(summary.Lower) ? "" : $"[{Number(summary.Lower)}, {Number(summary.Upper)}]";

    private static void Tile(HtmlWriter html, string name, string value, string note) =>
        html.Markup($"<div class=\"tile\"><span>{Encode(name)}</span><strong>{Encode(value)}</strong><small>{Encode(note)}</small></div>");
}
