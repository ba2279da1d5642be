using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.MedicalSegmentation.Datasets;

/// <summary>How reports on data sets stand in JSON: camelCase, enumerations by name, computed members left out.</summary>
internal static class ReportJson
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        IgnoreReadOnlyProperties = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The JSON of a report.</summary>
    public static string Write<T>(T report) => JsonSerializer.Serialize(report, Format);

    /// <summary>Reads what <see cref="Write"/> wrote; members of later versions are passed over.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">What errors call the text, such as its file.</param>
    /// <param name="kind">What it should be, such as "fingerprint".</param>
    /// <exception cref="InputDataException">The text is something else.</exception>
    public static T Read<T>(string json, string name, string kind)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Format)
                ?? throw new InputDataException($"{name} holds JSON null; it must be a {kind}.");
        }
        catch (JsonException fault)
        {
            throw new InputDataException($"{name} is no {kind}: {fault.Message} Write it again with this version.", fault);
        }
    }
}
