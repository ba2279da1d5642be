using static Microsoft.ML.MedicalSegmentation.Reports.HtmlWriter;

namespace Microsoft.ML.MedicalSegmentation.Reports;

/// <summary>Worst and best cases, and every case.</summary>
internal static class CaseSections
{
    private const int Shown = 5;

    public static void Write(HtmlWriter html, SegmentationMetrics metrics, IReadOnlyList<(CaseMetrics Case, double Dice)> ranking)
    {
        html.Begin("cases", "Cases");
        html.Markup("<div class=\"columns\"><div><h3>Lowest Dice</h3>");
        Table(html, metrics, ranking.Take(Shown));
        html.Markup("</div><div><h3>Highest Dice</h3>");
        Table(html, metrics, ranking.Reverse().Take(Shown));
        html.Markup($"</div></div><details><summary>All {metrics.Cases.Count} cases, every metric by class</summary>");
        html.Table(
            ["case", "class", .. metrics.Metrics.Select(SummarySections.Title)],
            metrics.Cases.SelectMany(one => metrics.Classes.Select((c, i) => (string[])
                [one.Name, c.Class.Name, .. one.Values.Select(values => Number(values[i]))])),
            texts: 2);
        html.Markup("</details>");
        html.End();
    }

    private static void Table(HtmlWriter html, SegmentationMetrics metrics, IEnumerable<(CaseMetrics Case, double Dice)> cases) =>
        html.Table(
            ["case", "mean Dice", .. metrics.Classes.Count > 1 ? metrics.Classes.Take(4).Select(c => c.Class.Name) : []],
            cases.Select(pair =>
                (string[])
                    [
                        pair.Case.Name,
                        Number(pair.Dice),
                        .. metrics.Classes.Count > 1 ? pair.Case.Dice.Take(4).Select(dice => Number(dice)) : [],
                    ]
            )
        );
}
