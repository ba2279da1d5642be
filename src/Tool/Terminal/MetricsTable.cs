namespace MedSeg.Terminal;

/// <summary>Prints how well labels were predicted, a row per class.</summary>
internal static class MetricsTable
{
    public static void Print(SegmentationMetrics metrics)
    {
        IEnumerable<string[]> rows =
        [
            .. metrics.Classes.Select(c => new[] { c.Class.Name, $"{c.Dice:0.0000}", $"{c.IoU:0.0000}", $"{c.CasesUsed}" }),
            ["mean", $"{metrics.MeanDice:0.0000}", $"{metrics.MeanIoU:0.0000}", ""],
        ];
        Report.Table(["class", "Dice", "IoU", "cases"], rows);
    }

    /// <summary>The same for programs.</summary>
    public static object ToJson(SegmentationMetrics metrics) => new
    {
        metrics.MeanDice,
        metrics.MeanIoU,
        classes = metrics.Classes.Select(c => new { c.Class.Value, c.Class.Name, c.Dice, c.IoU, cases = c.CasesUsed, excluded = c.CasesExcluded }),
    };
}
