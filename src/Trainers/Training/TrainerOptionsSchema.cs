using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using Microsoft.ML.MedicalSegmentation.Networks;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>The JSON Schema of a trainer's options, made from the records and lists themselves.</summary>
/// <param name="describe">What an editor shows of a property; null for nothing.</param>
internal sealed class TrainerOptionsSchema(Func<MemberInfo, string?> describe)
{
    /// <summary>What chooses a network, a loss or an augmentation.</summary>
    public const string Key = "key";

    /// <summary>The schema of what <see cref="SegmentationTrainer.Options.FromJson"/> reads.</summary>
    public JsonObject Create() => Of(TrainerOptionsJson.Format, typeof(SegmentationTrainer.Options));

    /// <summary>The schema of any options, with a description of each.</summary>
    public JsonObject Of(JsonSerializerOptions format, Type type) =>
        JsonSchemaExporter
            .GetJsonSchemaAsNode(format, type, new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Complete })
            .AsObject();

    private JsonNode Complete(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = context.TypeInfo.Type;
        var complete =
            type == typeof(NetworkOptions)
                ? Choice(NetworkList.All.Select(entry => (entry.Key, Of(NetworkOptionsJson.Format, entry.OptionsType))))
            : type == typeof(Loss)
                ? Choice(LossList.All.Select(entry => (entry.Key, Of(TrainerOptionsJson.Format, entry.Default.GetType()))))
            : type == typeof(PatchAugmentation)
                ? Choice(AugmentationList.All.Select(entry => (entry.Key, Of(TrainerOptionsJson.Format, entry.Default.GetType()))))
            : type == typeof(LearningRateSchedule)
                ? new JsonObject
                {
                    ["type"] = "string",
                    ["examples"] = new JsonArray([.. LearningRateSchedule.All.Select(one => (JsonNode)one.Key)]),
                }
            : type == typeof(PerAxis) || type == typeof(PerAxis?)
                ? new JsonObject
                {
                    ["type"] = "array",
                    ["items"] = new JsonObject { ["type"] = "integer" },
                }
            : schema;
        if (
            complete is JsonObject described
            && context.PropertyInfo?.AttributeProvider is MemberInfo member
            && describe(member) is { } text
        )
        {
            described.Insert(0, "description", text);
        }

        return complete;
    }

    // One object for each key; the key alone, as text, takes the defaults.
    private static JsonObject Choice(IEnumerable<(string Key, JsonObject Schema)> entries)
    {
        var variants = new JsonArray();
        var keys = new JsonArray();
        foreach (var (key, schema) in entries)
        {
            keys.Add(key);
            var properties = schema["properties"]?.AsObject() ?? [];
            properties.Insert(0, Key, new JsonObject { ["const"] = key });
            schema["properties"] = properties;
            schema["additionalProperties"] = false;
            schema["type"] = "object";
            variants.Add(schema);
        }

        return new()
        {
            ["anyOf"] = new JsonArray([new JsonObject { ["enum"] = keys }, .. variants.Select(variant => variant?.DeepClone())]),
        };
    }
}
