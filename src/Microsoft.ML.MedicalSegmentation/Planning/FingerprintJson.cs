using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>nnU-Net's dataset_fingerprint.json.</summary>
internal static class FingerprintJson
{
    public static PlanningFingerprint Read(string path)
    {
        using var document = PlanJson.Parse(PlanJson.ReadText(path), path);
        var facts = new JsonFacts(path);
        var root = document.RootElement;
        var fingerprint = new PlanningFingerprint
        {
            Spacings = facts.NumberRows(root, "spacings"),
            CroppedShapes = facts.IntegerRows(root, "shapes_after_crop"),
            MedianRelativeSize = facts.Number(root, "median_relative_size_after_cropping"),
            ForegroundIntensities = ReadIntensities(root, facts),
        };
        foreach (var fault in fingerprint.Faults())
        {
            facts.Add(fault);
        }

        facts.ThrowIfAny("Give the dataset_fingerprint.json that nnU-Net 2 wrote.");
        return fingerprint;
    }

    public static string Write(PlanningFingerprint fingerprint) => PlanJson.Text(new JsonObject
    {
        ["foreground_intensity_properties_per_channel"] = WriteIntensities(fingerprint.ForegroundIntensities),
        ["median_relative_size_after_cropping"] = PlanJson.Float(fingerprint.MedianRelativeSize),
        ["shapes_after_crop"] = PlanJson.IntegerRows(fingerprint.CroppedShapes),
        ["spacings"] = new JsonArray([.. fingerprint.Spacings.Select(spacing => (JsonNode)PlanJson.Floats(spacing))]),
    });

    /// <summary>Statistics per channel, keyed by the channel's number.</summary>
    public static IReadOnlyList<IntensityStatistics> ReadIntensities(JsonElement root, JsonFacts facts)
    {
        if (facts.Get(root, "foreground_intensity_properties_per_channel", JsonValueKind.Object) is not { } channels)
        {
            return [];
        }

        var count = channels.EnumerateObject().Count();
        var statistics = new List<IntensityStatistics>();
        for (var channel = 0; channel < count; channel++)
        {
            if (facts.Get(channels, $"{channel}", JsonValueKind.Object) is { } values)
            {
                statistics.Add(new(
                    facts.Number(values, "mean"), facts.Number(values, "median"), facts.Number(values, "std"), facts.Number(values, "min"),
                    facts.Number(values, "max"), facts.Number(values, "percentile_00_5"), facts.Number(values, "percentile_99_5")));
            }
        }

        return statistics;
    }

    public static JsonObject WriteIntensities(IReadOnlyList<IntensityStatistics> statistics)
    {
        var channels = new JsonObject();
        foreach (var (index, channel) in statistics.Index())
        {
            channels[$"{index}"] = new JsonObject
            {
                ["max"] = PlanJson.Float(channel.Maximum),
                ["mean"] = PlanJson.Float(channel.Mean),
                ["median"] = PlanJson.Float(channel.Median),
                ["min"] = PlanJson.Float(channel.Minimum),
                ["percentile_00_5"] = PlanJson.Float(channel.LowerPercentile),
                ["percentile_99_5"] = PlanJson.Float(channel.UpperPercentile),
                ["std"] = PlanJson.Float(channel.StandardDeviation),
            };
        }

        return channels;
    }
}
