using System.Globalization;
using static Microsoft.ML.MedicalSegmentation.Reports.HtmlWriter;

namespace Microsoft.ML.MedicalSegmentation.Reports;

/// <summary>Subgroups, comparison, confusion, lesions, calibration and input checks.</summary>
internal static class DetailSections
{
    private const int MostClassesOfConfusion = 24;

    public static void Write(HtmlWriter html, SegmentationMetrics metrics, ReportOptions options)
    {
        Groups(html, metrics);
        Comparison(html, options.Comparison);
        Confusion(html, metrics.Confusion);
        Lesions(html, metrics);
        Calibration(html, metrics.Calibration);
        Inputs(html, options);
    }

    private static void Groups(HtmlWriter html, SegmentationMetrics metrics)
    {
        if (metrics.Cases.All(one => one.Group.Length == 0))
        {
            return;
        }

        html.Begin("groups", "Subgroups");
        foreach (var (group, ofGroup) in metrics.ByGroup())
        {
            html.Markup($"<h3>{Encode(group.Length == 0 ? "(none)" : group)}, {ofGroup.Cases.Count} cases</h3>");
            SummarySections.Table(html, ofGroup);
        }

        html.End();
    }

    private static void Comparison(HtmlWriter html, IReadOnlyList<ModelComparison> comparison)
    {
        if (comparison.Count == 0)
        {
            return;
        }

        html.Begin("comparison", "Comparison with the second model");
        html.Table(
            ["metric", "class", "difference", "95 % interval", "p (Wilcoxon)", "n"],
            comparison.Select(c =>
                (string[])
                    [
                        SummarySections.Title(c.Metric),
                        c.Class?.Name ?? "mean",
                        c.Difference.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture),
                        $"{Number(c.Lower)} to {Number(c.Upper)}",
                        Number(c.PValue, 4),
                        $"{c.Count}",
                    ]
            ),
            texts: 2
        );
        html.Paragraph(
            "Differences are the second model's values less those of this one, case by case. p is "
                + "two-sided and not corrected for the number of rows."
        );
        html.End();
    }

    private static void Confusion(HtmlWriter html, ConfusionMatrix confusion)
    {
        if (confusion.Classes.Count is < 2 or > MostClassesOfConfusion)
        {
            return;
        }

        html.Begin("confusion", "Confusion of classes");
        html.Table(
            ["truth ↓ prediction →", .. confusion.Classes.Select(c => c.Name)],
            confusion.Classes.Select(
                (c, t) =>
                    (string[])
                        [
                            c.Name,
                            .. confusion.Classes.Select(
                                (_, p) =>
                                    $"{confusion[t, p].ToString("N0", CultureInfo.InvariantCulture)} "
                                    + $"({Percent(confusion.ShareOfTruth(t, p))})"
                            ),
                        ]
            )
        );
        html.Paragraph("Voxels of all cases together, with their share of the row.");
        html.End();
    }

    private static void Lesions(HtmlWriter html, SegmentationMetrics metrics)
    {
        if (!metrics.HasLesions)
        {
            return;
        }

        html.Begin("lesions", "Recall of lesions by size");
        var sizes = metrics.Classes.Select((_, i) => metrics.LesionRecallBySize(i)).ToList();
        html.Table(
            [
                "class",
                .. sizes[0]
                    .Select(size => double.IsInfinity(size.To) ? $"from {size.From:0.#} mm³" : $"{size.From:0.#} to {size.To:0.#} mm³"),
            ],
            metrics.Classes.Select(
                (c, i) =>
                    (string[])
                        [
                            c.Class.Name,
                            .. sizes[i].Select(size => size.Count == 0 ? "–" : $"{Percent(size.Recall)} ({size.Found} of {size.Count})"),
                        ]
            )
        );
        html.Paragraph(
            "A lesion is a region of voxels that touch by faces, edges or corners; it is found if any voxel of it is predicted."
        );
        html.End();
    }

    private static void Calibration(HtmlWriter html, CalibrationError? calibration)
    {
        if (calibration is null)
        {
            return;
        }

        html.Begin("calibration", "Calibration");
        html.Table(
            ["expected calibration error, foreground", "all voxels", "largest gap"],
            [
                [Number(calibration.ExpectedInForeground, 4), Number(calibration.Expected, 4), Number(calibration.Maximum, 4)],
            ],
            texts: 0
        );
        html.Paragraph(
            $"{CalibrationError.BinCount} bins of equal width by the largest class probability; foreground is "
                + "what is a structure in truth or prediction."
        );
        html.End();
    }

    private static void Inputs(HtmlWriter html, ReportOptions options)
    {
        html.Begin("inputs", "Input checks");
        if (options.InputsChecked == 0 && options.InputWarnings.Count == 0)
        {
            html.Paragraph("The inputs were not compared with what the model was trained on.");
        }
        else if (options.InputWarnings.Count == 0)
        {
            html.Paragraph($"{options.InputsChecked} inputs were compared with what the model was trained on; none differs.");
        }
        else
        {
            html.Paragraph(
                $"{options.InputWarnings.Select(warning => warning.Case).Distinct().Count()} of {options.InputsChecked} inputs "
                    + "differ from what the model was trained on."
            );
            html.Table(["case", "warning"], options.InputWarnings.Select(warning => (string[])[warning.Case, warning.Warning]), texts: 2);
        }

        html.End();
    }

    private static string Percent(double share) => double.IsNaN(share) ? "–" : share.ToString("0.0 %", CultureInfo.InvariantCulture);
}
