using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using Microsoft.ML.MedicalSegmentation.Networks;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>Options of a trainer as JSON: for files, and to compare a training that resumes with its beginning.</summary>
internal static class TrainerOptionsJson
{
    /// <summary>How options are written and read.</summary>
    public static JsonSerializerOptions Format { get; } =
        new()
        {
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            PropertyNameCaseInsensitive = true,
            RespectNullableAnnotations = true,
            WriteIndented = true,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            Converters =
            {
                new JsonStringEnumConverter(),
                new ScheduleConverter(),
                new NetworkConverter(),
                new LossConverter(),
                new AugmentationConverter(),
            },
        };

    public static string Write(SegmentationTrainer.Options options) => JsonSerializer.Serialize(options, Format);

    public static SegmentationTrainer.Options Read(string json)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(json);
        try
        {
            return JsonSerializer.Deserialize<SegmentationTrainer.Options>(json, Format) ?? throw new JsonException("it is null");
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or NotSupportedException or InputDataException)
        {
            throw new ArgumentException(
                $"The trainer's options cannot be read: {fault.Message} Write JSON such as "
                    + "{\"network\":{\"key\":\"unet\"},\"optimization\":{\"maxEpoch\":100}}.",
                nameof(json),
                fault
            );
        }
    }

    /// <summary>Every value by its path: "optimization.learningRate" is "0.001".</summary>
    /// <typeparam name="T">The type of the options.</typeparam>
    public static Dictionary<string, string> Flatten<T>(T options)
    {
        var values = new Dictionary<string, string>();
        Flatten(JsonSerializer.SerializeToNode(options, Format), "", values);
        return values;
    }

    private static void Flatten(JsonNode? node, string path, Dictionary<string, string> values)
    {
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members)
            {
                Flatten(value, path.Length == 0 ? name : $"{path}.{name}", values);
            }
        }
        else
        {
            values[path] = node?.ToJsonString() ?? "null";
        }
    }

    // An object with a member "key", which chooses the type, beside the members of that type.
    private static (string Key, JsonObject Members) Split(ref Utf8JsonReader reader)
    {
        var node = JsonNode.Parse(ref reader);
        if (node is JsonValue text && text.TryGetValue<string>(out var name))
        {
            return (name, []);
        }

        var members = node as JsonObject ?? throw new JsonException("a network or a loss is an object such as {\"key\":\"unet\"}.");
        var key = members["key"]?.GetValue<string>() ?? throw new JsonException("\"key\" is missing from a network or a loss.");
        members.Remove("key");
        return (key, members);
    }

    private static void Write(Utf8JsonWriter writer, string key, JsonNode? members)
    {
        var all = new JsonObject { ["key"] = key };
        foreach (var (name, value) in members as JsonObject ?? [])
        {
            all[name] = value?.DeepClone();
        }

        all.WriteTo(writer);
    }

    private sealed class NetworkConverter : JsonConverter<NetworkOptions>
    {
        public override NetworkOptions Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var (key, members) = Split(ref reader);
            return NetworkOptionsJson.Read(NetworkList.Find(key), members.ToJsonString());
        }

        public override void Write(Utf8JsonWriter writer, NetworkOptions value, JsonSerializerOptions options)
            => TrainerOptionsJson.Write(writer, value.Entry.Key, JsonNode.Parse(NetworkOptionsJson.Write(value)));
    }

    private sealed class LossConverter : JsonConverter<Loss>
    {
        public override Loss Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var (key, members) = Split(ref reader);
            return members.Deserialize(LossList.Find(key).Default.GetType(), options) as Loss ?? throw new JsonException("a loss is null.");
        }

        public override void Write(Utf8JsonWriter writer, Loss value, JsonSerializerOptions options)
            => TrainerOptionsJson.Write(writer, LossList.KeyOf(value), JsonSerializer.SerializeToNode(value, value.GetType(), options));
    }

    private sealed class AugmentationConverter : JsonConverter<PatchAugmentation>
    {
        public override PatchAugmentation Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var (key, members) = Split(ref reader);
            return members.Deserialize(AugmentationList.Find(key).Default.GetType(), options) as PatchAugmentation
                ?? throw new JsonException("an augmentation is null.");
        }

        public override void Write(Utf8JsonWriter writer, PatchAugmentation value, JsonSerializerOptions options) =>
            TrainerOptionsJson.Write(
                writer,
                AugmentationList.KeyOf(value),
                JsonSerializer.SerializeToNode(value, value.GetType(), options)
            );
    }

    private sealed class ScheduleConverter : JsonConverter<LearningRateSchedule>
    {
        public override LearningRateSchedule Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => LearningRateSchedule.Find(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, LearningRateSchedule value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
