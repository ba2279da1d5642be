using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Microsoft.ML.MedicalSegmentation.Networks.Definition;

/// <summary>Network options as JSON, as they travel in a model's description.</summary>
internal static class NetworkOptionsJson
{
    /// <summary>How options are written and read.</summary>
    public static JsonSerializerOptions Format { get; } = new()
    {
        // An option of a later version may change what the network computes, so it must not be passed over.
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(), new PerAxisConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutEntry } },
    };

    public static string Write(NetworkOptions options) => JsonSerializer.Serialize(options, options.GetType(), Format);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InputDataException">The text does not hold options of this network.</exception>
    public static NetworkOptions Read(NetworkEntry entry, string json)
    {
        try
        {
            var node = JsonNode.Parse(json) as JsonObject ?? throw new JsonException("it is not a JSON object");
            node.Remove("preset"); // Earlier versions wrote the preset's name beside its settings.
            return node.Deserialize(entry.OptionsType, Format) as NetworkOptions ?? throw new JsonException("it is null");
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or NotSupportedException)
        {
            throw new InputDataException(
                $"The model's options of {entry.Key} cannot be read: {fault.Message} The model was made by a "
                    + "later version of this library, or was changed.",
                fault
            );
        }
    }

    /// <summary>What options of this network are called in JSON.</summary>
    public static IEnumerable<string> Names(NetworkEntry entry) =>
        Format.GetTypeInfo(entry.OptionsType).Properties.Select(property => property.Name);

    // The key of the network is written beside its options.
    private static void LeaveOutEntry(JsonTypeInfo type)
    {
        if (type.Properties.FirstOrDefault(property => property.PropertyType == typeof(NetworkEntry)) is { } entry)
        {
            type.Properties.Remove(entry);
        }
    }

    private sealed class PerAxisConverter : JsonConverter<PerAxis>
    {
        public override PerAxis Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<long[]>(ref reader, options) ?? throw new JsonException("a number per axis is missing");

        public override void Write(Utf8JsonWriter writer, PerAxis value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.ToArray(), options);
    }
}
