using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Network options as JSON, as they travel in a model's description.</summary>
internal static class NetworkOptionsJson
{
    private static readonly JsonSerializerOptions Format = new()
    {
        // An option of a later version may change what the network computes, so it must not be passed over.
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(), new PerAxisConverter() },
    };

    public static string Write(NetworkOptions options) => JsonSerializer.Serialize(options, options.GetType(), Format);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The text is no options of this network.</exception>
    public static NetworkOptions Read(NetworkEntry entry, string json)
    {
        try
        {
            // The settings of a preset are written out, and must not be taken anew.
            return (JsonSerializer.Deserialize(json, entry.OptionsType, Format) as NetworkOptions ?? new()) with { Preset = null };
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or NotSupportedException)
        {
            throw new InvalidDataException(
                $"The model's options of {entry.Key} cannot be read: {fault.Message} The model was made by a later version of this library, or was changed.", fault);
        }
    }

    /// <summary>What options of this network are called in JSON.</summary>
    public static IEnumerable<string> Names(NetworkEntry entry) => Format.GetTypeInfo(entry.OptionsType).Properties.Select(property => property.Name);

    private sealed class PerAxisConverter : JsonConverter<PerAxis>
    {
        public override PerAxis Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<long[]>(ref reader, options) ?? throw new JsonException("a number per axis is missing");

        public override void Write(Utf8JsonWriter writer, PerAxis value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.ToArray(), options);
    }
}
