namespace MedSeg.Terminal;

/// <summary>Prints how well labels were predicted, a row per class.</summary>
internal static class MetricsTable
{
    public static void Print(SegmentationMetrics metrics, bool withCases = false)
    {
        string[] head = ["class", .. metrics.Metrics.Select(Title), "cases", "excluded"];
        IEnumerable<string[]> rows =
        [
            .. metrics.Classes.Select(
                (c, i) =>
                    (string[])
                        [
                            c.Class.Name,
                            .. metrics.Metrics.Select(m => Text(metrics.Summarize(m.Key, i).Mean)),
                            $"{c.CasesUsed}",
                            $"{c.CasesExcluded}",
                        ]
            ),
            ["mean", .. metrics.Metrics.Select(m => Text(metrics.Summarize(m.Key).Mean)), "", ""],
        ];
        Report.Table(head, rows);
        if (withCases)
        {
            Report.Table(
                ["case", "class", .. metrics.Metrics.Select(Title)],
                metrics.Cases.SelectMany(one => metrics.Classes.Select((c, i) => (string[])
                    [one.Name, c.Class.Name, .. one.Values.Select(values => Text(values[i]))])));
        }
    }

    /// <summary>Prints the subgroups, if there are any, a row per subgroup and class, with 95 % intervals.</summary>
    public static void PrintGroups(SegmentationMetrics metrics)
    {
        if (metrics.Cases.All(one => one.Group.Length == 0))
        {
            return;
        }

        Report.Table(
            ["subgroup", "class", .. metrics.Metrics.Select(Title), "cases"],
            metrics
                .ByGroup()
                .SelectMany(group =>
                    group.Metrics.Classes.Select(
                        (c, i) =>
                            (string[])
                                [
                                    group.Group,
                                    c.Class.Name,
                                    .. group.Metrics.Metrics.Select(m => WithInterval(group.Metrics.Summarize(m.Key, i))),
                                    $"{group.Metrics.Cases.Count}",
                                ]
                    )
                )
        );
    }

    /// <summary>Prints how the second model differs from the first.</summary>
    public static void Print(IReadOnlyList<ModelComparison> comparison)
    {
        if (comparison.Count > 0)
        {
            Report.Table(
                ["metric", "class", "difference", "95 % interval", "p (Wilcoxon)", "cases"],
                comparison.Select(c =>
                    (string[])
                        [
                            Title(c.Metric),
                            c.Class?.Name ?? "mean",
                            $"{c.Difference:+0.0000;-0.0000;0.0000}",
                            $"{c.Lower:0.0000} to {c.Upper:0.0000}",
                            $"{c.PValue:0.0000}",
                            $"{c.Count}",
                        ]
                )
            );
        }
    }

    /// <summary>The same for programs.</summary>
    public static object ToJson(IReadOnlyList<ModelComparison> comparison) => comparison.Select(c => new
    {
        metric = c.Metric.Key,
        @class = c.Class?.Name,
        c.Difference,
        c.Lower,
        c.Upper,
        c.PValue,
        cases = c.Count,
    });

    /// <summary>Classes and means for programs.</summary>
    public static object ToJson(SegmentationMetrics metrics) =>
        new
        {
            metrics.MeanDice,
            meanIou = metrics.MeanIoU,
            classes = metrics.Classes.Select(c => new
            {
                c.Class.Value,
                c.Class.Name,
                c.Dice,
                iou = c.IoU,
                cases = c.CasesUsed,
                excluded = c.CasesExcluded,
            }),
        };

    private static string Title(SegmentationMetric metric) => metric.Unit.Length == 0 ? metric.Name : $"{metric.Name}, {metric.Unit}";

    private static string WithInterval(MetricSummary summary)
        => double.IsNaN(summary.Lower) ? Text(summary.Mean) : $"{Text(summary.Mean)} [{Text(summary.Lower)}, {Text(summary.Upper)}]";

    private static string Text(double value) =>
        double.IsNaN(value) ? "n/a" : value.ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture);
}
