using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation.Metrics;

/// <summary>Writes metrics as text for spreadsheets and programs.</summary>
internal static class MetricTables
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>One row for each case and class, one column for each metric; cases without a prediction have empty cells.</summary>
    public static string ToCsv(SegmentationMetrics metrics) =>
        CsvText.Of([
            ["case", "group", "label", "class", .. metrics.Metrics.Select(metric => metric.Key)],
            .. metrics.Cases.SelectMany(one => metrics.Classes.Select((c, i) => (IEnumerable<string>)
                [
                    one.Name,
                    one.Group,
                    $"{c.Class.Value}",
                    c.Class.Name,
                    .. one.Values.Select(values => values[i].ToString("R", CultureInfo.InvariantCulture)),
                ])),
            .. metrics.MissingCases.Select(name => (IEnumerable<string>)
                [name, "", "", "missing", .. metrics.Metrics.Select(_ => "")]),
        ]);

    /// <summary>What <see cref="SegmentationMetrics.ToJson"/> writes, as objects.</summary>
    public static object ToObject(SegmentationMetrics metrics) => new
    {
        metrics.MeanDice,
        meanIou = metrics.MeanIoU,
        emptyPolicy = metrics.EmptyPolicy.ToString(),
        cases = metrics.Cases.Count,
        missing = metrics.MissingCases,
        metrics = metrics.Metrics.Select(metric => new
        {
            metric.Key,
            metric.Name,
            metric.Unit,
            metric.Definition,
            mean = metrics.Summarize(metric.Key),
        }),
        classes = metrics.Classes.Select((c, i) => new
        {
            c.Class.Value,
            c.Class.Name,
            c.Dice,
            iou = c.IoU,
            cases = c.CasesUsed,
            excluded = c.CasesExcluded,
            metrics = metrics.Metrics.ToDictionary(metric => metric.Key, metric => metrics.Summarize(metric.Key, i)),
        }),
        confusion = new
        {
            classes = metrics.Confusion.Classes.Select(c => c.Value),
            voxels = metrics.Confusion.Classes.Select((_, t) => metrics.Confusion.Classes.Select((_, p) => metrics.Confusion[t, p])),
        },
        calibration = metrics.Calibration is { } calibration
            ? new { calibration.Expected, calibration.ExpectedInForeground, calibration.Maximum, bins = CalibrationError.BinCount }
            : null,
        lesionRecallBySize = metrics.HasLesions
            ? metrics.Classes.Select((c, i) => new { c.Class.Value, c.Class.Name, sizes = metrics.LesionRecallBySize(i) })
            : null,
        groups = metrics.Cases.Any(one => one.Group.Length > 0)
            ? metrics.ByGroup().Select(group => new
            {
                name = group.Group,
                cases = group.Metrics.Cases.Count,
                metrics = group.Metrics.Metrics.ToDictionary(metric => metric.Key, metric => group.Metrics.Summarize(metric.Key)),
                classes = group.Metrics.Classes.Select((c, i) => new
                {
                    c.Class.Value,
                    c.Class.Name,
                    metrics = group.Metrics.Metrics.ToDictionary(metric => metric.Key, metric => group.Metrics.Summarize(metric.Key, i)),
                }),
            })
            : null,
        perCase = metrics.Cases.Select(one => new
        {
            one.Name,
            one.Group,
            classes = metrics.Classes.Select((c, i) => new
            {
                c.Class.Value,
                c.Class.Name,
                metrics = metrics
                    .Metrics.Select((metric, m) => (metric.Key, Value: one.Values[m][i]))
                    .ToDictionary(entry => entry.Key, entry => entry.Value),
            }),
        }),
    };

    /// <summary>JSON with camelCase names; NaN as "NaN".</summary>
    public static string ToJson(SegmentationMetrics metrics) => JsonSerializer.Serialize(ToObject(metrics), Json);
}
