using System.Globalization;
using System.Net;
using System.Text;

namespace MedSeg.Reporting;

/// <summary>A training as one HTML page without scripts or other files, which opens from disk.</summary>
internal static class TrainingPage
{
    private const string Style =
        "body{font:15px sans-serif;margin:2em;max-width:60em}svg{background:#f7f7f7}td,th{padding:.2em "
        + ".8em;text-align:left;vertical-align:top}caption{text-align:left;font-weight:bold}";

    /// <summary>The page.</summary>
    public static string Of(TrainingReport report)
    {
        var epochs = report.Epochs;
        var last = epochs[^1];
        var measured = epochs.Where(epoch => epoch.ValidationDice.Count > 0).ToList();
        var page = new StringBuilder();
        page.Append(
            CultureInfo.InvariantCulture,
            $"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Training: "
                + $"{Text(report.Dataset)}</title><style>{Style}</style></head><body>"
        );
        page.Append(
            CultureInfo.InvariantCulture,
            $"<h1>Training: {Text(report.Dataset)}</h1><p>{report.Cases.Training} cases to train on, "
                + $"{report.Cases.Validation} to validate on. "
        );
        page.Append(
            CultureInfo.InvariantCulture,
            $"Epoch {last.Epoch} of at most {last.MaxEpoch} after {TimeSpan.FromSeconds(Math.Round(last.Seconds)):c}; "
                + $"{last.StepsPerSecond:0.00} steps per second, {last.WaitedShare:0%} waiting for patches."
        );
        if (measured.LastOrDefault(epoch => epoch.IsBest) is { } best)
        {
            page.Append(CultureInfo.InvariantCulture, $" Best validation Dice {best.MeanValidationDice:0.0000}, in epoch {best.Epoch}.");
        }

        page.Append("</p>");
        page.Append(CurveChart.Draw("Loss", [("loss", Points(epochs, epoch => epoch.Loss))]));
        if (measured.Count > 0)
        {
            var names = report.Structures;
            page.Append(
                CurveChart.Draw(
                    "Validation Dice",
                    [
                        .. Enumerable
                            .Range(0, last.ValidationDice.Count > 0 ? last.ValidationDice.Count : measured[^1].ValidationDice.Count)
                            .Select(i =>
                                (i < names.Count ? names[i] : $"class {i + 1}", Points(measured, epoch => epoch.ValidationDice[i]))
                            ),
                    ]
                )
            );
        }

        page.Append(CurveChart.Draw("Learning rate", [("learning rate", Points(epochs, epoch => epoch.LearningRate))]));
        AppendPlan(page, report);
        return page.Append("</body></html>").ToString();
    }

    /// <summary>Text as HTML shows it.</summary>
    internal static string Text(string text) => WebUtility.HtmlEncode(text);

    private static void AppendPlan(StringBuilder page, TrainingReport report)
    {
        if (report.Plan is not { } plan)
        {
            return;
        }

        page.Append("<table><caption>Plan</caption><tr><th>configuration</th><th>decision</th><th>value</th><th>reason</th></tr>");
        foreach (var decision in plan.Decisions)
        {
            page.Append("<tr>");
            foreach (var cell in new[] { decision.Configuration ?? "all", decision.Subject, decision.Value, decision.Reason })
            {
                page.Append(CultureInfo.InvariantCulture, $"<td>{Text(cell)}</td>");
            }

            page.Append("</tr>");
        }

        page.Append("</table>");
    }

    private static List<(double X, double Y)> Points(
        IReadOnlyList<SegmentationTrainingMetrics> epochs,
        Func<SegmentationTrainingMetrics, double> value
    ) => [.. epochs.Select(epoch => ((double)epoch.Epoch, value(epoch))).Where(point => double.IsFinite(point.Item2))];
}
