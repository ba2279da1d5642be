using System.Text.Json.Nodes;

namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>Finds where two JSON trees differ; numbers are compared as doubles, to the last bit.</summary>
internal static class JsonComparison
{
    public static IEnumerable<string> Differences(JsonNode? expected, JsonNode? actual, string path = "")
    {
        if (expected is JsonObject one && actual is JsonObject other)
        {
            return one.Select(member => member.Key).Union(other.Select(member => member.Key))
                .SelectMany(key => one.ContainsKey(key) && other.ContainsKey(key)
                    ? Differences(one[key], other[key], $"{path}/{key}")
                    : [$"{path}/{key} is in one only"]);
        }

        if (expected is JsonArray row && actual is JsonArray otherRow)
        {
            return row.Count != otherRow.Count
                ? [$"{path} has {otherRow.Count} items, expected {row.Count}"]
                : row.Zip(otherRow).SelectMany((pair, i) => Differences(pair.First, pair.Second, $"{path}[{i}]"));
        }

        return Same(expected, actual) ? [] : [$"{path} is {actual?.ToJsonString()}, expected {expected?.ToJsonString()}"];
    }

    private static bool Same(JsonNode? expected, JsonNode? actual)
        => expected is JsonValue a && actual is JsonValue b
            && a.GetValueKind() == System.Text.Json.JsonValueKind.Number && b.GetValueKind() == System.Text.Json.JsonValueKind.Number
            ? double.Parse(a.ToJsonString()) == double.Parse(b.ToJsonString())
            : JsonNode.DeepEquals(expected, actual);
}
