using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>What the processes of a case are told, as case.json beside its weights and data.</summary>
internal sealed record CaseFile(
    [property: JsonPropertyName("key")] string Key,
    [property: JsonPropertyName("network")] string Network,
    [property: JsonPropertyName("arguments")] Dictionary<string, object> Arguments,
    [property: JsonPropertyName("image")] long[] Image,
    [property: JsonPropertyName("threads")] int Threads,
    [property: JsonPropertyName("device")] string Device,
    [property: JsonPropertyName("precision")] string Precision,
    [property: JsonPropertyName("scale")] string Scale)
{
    public const string Name = "case.json";

    public static CaseFile Read(string folder) => JsonSerializer.Deserialize<CaseFile>(File.ReadAllText(Path.Combine(folder, Name)))
        ?? throw new InvalidDataException($"{folder} has no case.");
}
