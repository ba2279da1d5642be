using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

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
    public static string ToCsv(SynthesisMetrics metrics)
    {
        var text = new StringBuilder($"case,region,voxels,{string.Join(',', SynthesisMetrics.Keys)}\n");
        foreach (var one in metrics.Cases)
        {
            foreach (var (region, errors) in Regions(one))
            {
                text.Append(CultureInfo.InvariantCulture, $"{Quote(one.Name)},{region},{errors.Voxels}");
                foreach (var metric in SynthesisMetricList.All)
                {
                    text.Append(CultureInfo.InvariantCulture, $",{metric.Of(errors):R}");
                }

                text.Append('\n');
            }
        }

        foreach (var name in metrics.MissingCases)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Quote(name)},missing,{new string(',', SynthesisMetricList.All.Count)}\n");
        }

        return text.ToString();
    }

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
                regions = Regions(one).ToDictionary(
                    region => region.Name, region => SynthesisMetricList.All.ToDictionary(metric => metric.Key, metric => metric.Of(region.Errors))),
            }),
        },
        Json);

    private static Dictionary<string, MetricSummary> Summaries(SynthesisMetrics metrics, bool inMask)
        => SynthesisMetricList.All.ToDictionary(metric => metric.Key, metric => metrics.Summarize(metric.Key, inMask));

    private static IEnumerable<(string Name, SynthesisErrors Errors)> Regions(SynthesisCaseMetrics one)
        => one.Mask is { } inMask ? [(Whole, one.Whole), (Mask, inMask)] : [(Whole, one.Whole)];

    private static string Quote(string text)
        => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
