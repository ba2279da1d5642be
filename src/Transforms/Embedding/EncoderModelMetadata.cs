using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation.Embedding;

/// <summary>How an encoder's description is kept in an ONNX file: as JSON under one key of <c>metadata_props</c>.</summary>
internal static class EncoderModelMetadata
{
    /// <summary>The key.</summary>
    public const string Key = "medseg.embedding";

    private static readonly JsonSerializerOptions Format = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        MaxDepth = 8,
    };

    /// <summary>The keys and values of a description.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Write(EncoderModelInfo info)
    {
        info.Validate();
        return
        [
            new(SegmentationModelMetadata.AxesKey, info.SpatialDimensions == 3 ? "NCDHW" : "NCHW"),
            new(Key, JsonSerializer.Serialize(info, Format)),
        ];
    }

    /// <summary>Reads a description; null if there is none.</summary>
    /// <exception cref="InputDataException">It cannot be read.</exception>
    public static EncoderModelInfo? Read(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(Key, out var json))
        {
            return null;
        }

        try
        {
            var info = JsonSerializer.Deserialize<EncoderModelInfo>(json, Format) ?? throw new JsonException("it is null");
            info.Validate();
            return info;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            throw new InputDataException(
                $"The metadata {Key} cannot be read: {fault.Message} The file was changed, or written by a later version.",
                fault
            );
        }
    }
}
