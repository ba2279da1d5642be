using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

/// <summary>A description that is kept in an ONNX file as JSON, under one key of <c>metadata_props</c>.</summary>
/// <param name="key">The key.</param>
/// <param name="kind">What messages call the network, such as "encoder".</param>
/// <typeparam name="T">The description.</typeparam>
internal sealed class JsonMetadata<T>(string key, string kind)
    where T : class, INetworkInfo
{
    private static readonly JsonSerializerOptions Format = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        MaxDepth = 8,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The keys and values of a description.</summary>
    /// <exception cref="ArgumentException">A value of the description is impossible.</exception>
    public IReadOnlyList<KeyValuePair<string, string>> Write(T info)
    {
        info.Validate();
        return
        [
            new(SegmentationModelMetadata.AxesKey, info.SpatialDimensions == 3 ? "NCDHW" : "NCHW"),
            new(key, JsonSerializer.Serialize(info, Format)),
        ];
    }

    /// <summary>Reads the description in an ONNX file.</summary>
    /// <param name="onnx">The file's bytes.</param>
    /// <param name="path">What messages call the file.</param>
    /// <exception cref="InputDataException">It is not a valid ONNX model, or has no such description, or a damaged one.</exception>
    public T Read(byte[] onnx, string path)
    {
        using var session = OnnxSessions.OpenForInspection(onnx);
        if (!session.ModelMetadata.CustomMetadataMap.TryGetValue(key, out var json))
        {
            throw new InputDataException($"{path} has no metadata {key}, so it is no {kind} of this library.");
        }

        try
        {
            var info = JsonSerializer.Deserialize<T>(json, Format) ?? throw new JsonException("it is null");
            info.Validate();
            return info;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            throw new InputDataException(
                $"The metadata {key} cannot be read: {fault.Message} The file was changed, or written by a later version.",
                fault
            );
        }
    }
}
