using System.Globalization;
using static Microsoft.ML.MedicalSegmentation.Reports.HtmlWriter;

namespace Microsoft.ML.MedicalSegmentation.Reports;

/// <summary>The page from head to foot.</summary>
internal static class ReportPage
{
    public static void Write(HtmlWriter html, SegmentationMetrics metrics, ReportOptions options)
    {
        var ranking = CaseRanking.Of(metrics);
        html.Markup("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">");
        html.Markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");

        // Nothing is loaded from anywhere, whatever a name in the data may hold.
        html.Markup(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; style-src "
                + "'unsafe-inline'; img-src data:\">"
        );
        html.Markup("<link rel=\"icon\" href=\"data:,\">");
        html.Markup($"<title>{Encode(options.Title)}</title><style>{ReportAssets.Style}</style></head><body><main>");
        html.Markup($"<h1>{Encode(options.Title)}</h1>");
        if (options.Description.Length > 0)
        {
            html.Paragraph(options.Description);
        }

        SummarySections.Write(html, metrics);
        DistributionPlot.WriteAll(html, metrics);
        CaseSections.Write(html, metrics, ranking);
        ViewerSection.Write(html, metrics, ranking, options);
        DetailSections.Write(html, metrics, options);
        Definitions(html, metrics);
        CardSection.Write(html, options.Card);
        html.Markup(
            string.Create(
                CultureInfo.InvariantCulture,
                $"<footer>Written {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC by Microsoft.ML.MedicalSegmentation "
                    + $"{Encode(ReportAssets.Version)}. Not for diagnosis.</footer>"
            )
        );
        html.Markup("</main></body></html>");
    }

    private static void Definitions(HtmlWriter html, SegmentationMetrics metrics)
    {
        html.Begin("definitions", "Definitions");
        html.Table(
            ["metric", "key", "definition", "unit"],
            metrics.Metrics.Select(metric => (string[])[metric.Name, metric.Key, metric.Definition, metric.Unit]),
            texts: 4
        );
        html.Paragraph(
            "TP, FP, FN and TN are voxels of a structure in both, in the prediction only, in the truth only, and in neither. Means "
                + "are over cases, then over classes. Brackets hold the 95 % interval of the mean by the bootstrap over cases (2,000 "
                + "draws); n is the number of cases in a mean."
        );
        html.Paragraph(
            metrics.EmptyPolicy switch
            {
                EmptyPolicy.One => "A structure in neither truth nor prediction counts as perfect. ",
                EmptyPolicy.Zero => "A structure in neither truth nor prediction counts as 0. ",
                _ => "A case with a structure in neither truth nor prediction is excluded for that structure, and counted. ",
            } + "A structure in only one of the two has overlap 0, and its distances are the diagonal of the image."
        );
        html.End();
    }
}
