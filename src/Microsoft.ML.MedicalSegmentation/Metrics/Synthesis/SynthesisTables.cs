using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation.Metrics.Synthesis;

/// <summary>Writes the errors of synthesised volumes for spreadsheets and programs.</summary>
internal static class SynthesisTables
{
    private const string Whole = "whole";
    private const string Mask = "mask";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>One row for each case and region.</summary>
    public static string ToCsv(SynthesisMetrics metrics) =>
        CsvText.Of([
            ["case", "region", "voxels", .. SynthesisMetrics.Keys],
            .. metrics.Cases.SelectMany(one => Regions(one).Select(region => (IEnumerable<string>)
                [
                    one.Name,
                    region.Name,
                    $"{region.Errors.Voxels}",
                    .. SynthesisMetricList.All.Select(metric => metric.Of(region.Errors).ToString("R", CultureInfo.InvariantCulture)),
                ])),
            .. metrics.MissingCases.Select(name => (IEnumerable<string>)
                [name, "missing", "", .. SynthesisMetricList.All.Select(_ => "")]),
        ]);

    /// <summary>JSON with camelCase names.</summary>
    public static string ToJson(SynthesisMetrics metrics) => JsonSerializer.Serialize(
        new
        {
            cases = metrics.Cases.Count,
            missing = metrics.MissingCases,
            whole = Summaries(metrics, inMask: false),
            mask = metrics.HasMask ? Summaries(metrics, inMask: true) : null,
            perCase = metrics.Cases.Select(one => new
            {
                one.Name,
                regions = Regions(one)
                    .ToDictionary(
                        region => region.Name,
                        region => SynthesisMetricList.All.ToDictionary(metric => metric.Key, metric => metric.Of(region.Errors))
                    ),
            }),
        },
        Json);

    private static Dictionary<string, MetricSummary> Summaries(SynthesisMetrics metrics, bool inMask)
        => SynthesisMetricList.All.ToDictionary(metric => metric.Key, metric => metrics.Summarize(metric.Key, inMask));

    private static IEnumerable<(string Name, SynthesisErrors Errors)> Regions(SynthesisCaseMetrics one)
        => one.Mask is { } inMask ? [(Whole, one.Whole), (Mask, inMask)] : [(Whole, one.Whole)];
}
