using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.Volumes;
using static Microsoft.ML.MedicalSegmentation.Reports.HtmlWriter;

namespace Microsoft.ML.MedicalSegmentation.Reports;

/// <summary>Image, truth, prediction and doubt of the worst and the best cases in three planes.</summary>
internal static class ViewerSection
{
    private const string Controls = """
        <div id="viewer"><div class="bar"><label>Case <select id="v-case"></select></label>
        <label><input type="checkbox" id="v-truth" checked> truth (outline)</label>
        <label><input type="checkbox" id="v-prediction" checked> prediction (filled)</label>
        <label id="v-doubt-label"><input type="checkbox" id="v-doubt"> doubt</label></div>
        <div class="planes" id="v-planes"></div>
        <div class="bar"><label>Window level <input type="range" id="v-level" min="0" max="255" value="128"><output id="v-level-out"></output></label>
        <label>Window width <input type="range" id="v-width" min="1" max="510" value="255"><output id="v-width-out"></output></label>
        <label>Opacity <input type="range" id="v-opacity" min="0" max="100" value="45"><output id="v-opacity-out"></output></label></div>
        <div class="legend" id="v-legend"></div><p id="v-note" role="status"></p></div>
        """;

    public static void Write(
        HtmlWriter html,
        SegmentationMetrics metrics,
        IReadOnlyList<(CaseMetrics Case, double Dice)> ranking,
        ReportOptions options
    )
    {
        var chosen = Choose(ranking, options);
        if (chosen.Count == 0)
        {
            return;
        }

        html.Begin("volumes", "Volumes");
        html.Paragraph(
            "Click or drag in a plane to move the cross; the wheel and the arrow keys change slices. Axial and coronal planes are "
                + "drawn as seen by a radiologist, the patient's right on the left."
        );
        html.Markup(Controls);
        LabelClass[] classes = [.. metrics.Classes.Select(c => c.Class)];
        Script(html, "v-classes", JsonSerializer.Serialize(classes.Select((c, i) => new { name = c.Name, color = Color(c, i) })));
        foreach (var (one, caption) in chosen)
        {
            Script(html, null, ViewerCase.ToJson(one, caption, classes, options.LongestSide));
        }

        html.Markup(
            "<noscript><p>The viewer needs JavaScript; everything else on this page does "
                + $"not.</p></noscript><script>{ReportAssets.Script}</script>"
        );
        html.End();
    }

    private static List<(ReportCase Case, string Caption)> Choose(
        IReadOnlyList<(CaseMetrics Case, double Dice)> ranking,
        ReportOptions options
    )
    {
        var byName = options.Cases.ToDictionary(one => one.Name, StringComparer.Ordinal);
        var shown = ranking.Where(pair => byName.ContainsKey(pair.Case.Name)).ToList();
        var worst = shown.Take(options.WorstCases).ToList();
        var best = shown.Skip(worst.Count).Reverse().Take(options.BestCases);
        return [.. worst.Concat(best).Select(pair => (byName[pair.Case.Name], $"{pair.Case.Name}, Dice {Number(pair.Dice)}"))];
    }

    // The serializer writes "<" as an escape, so a name cannot end the element.
    private static void Script(HtmlWriter html, string? id, string json)
        => html.Markup($"<script type=\"application/json\"{(id is null ? " class=\"v-data\"" : $" id=\"{id}\"")}>{json}</script>");

    private static string Color(LabelClass c, int index)
        => c.Color?.ToString() ?? $"#{LabelPalette.Default[index % LabelPalette.Default.Count]:X6}";
}
