using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>Puts a post-processing plan into the JSON of a model, in the plan's own form.</summary>
internal sealed class PostProcessingJson : JsonConverter<PostProcessingPlan>
{
    public override PostProcessingPlan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        try
        {
            return PostProcessingPlan.FromJson(document.RootElement.GetRawText());
        }
        catch (ArgumentException fault)
        {
            throw new JsonException(fault.Message, fault);
        }
    }

    public override void Write(Utf8JsonWriter writer, PostProcessingPlan value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.ToJson());
}
