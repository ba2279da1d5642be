using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation.Models;

/// <summary>
/// Everything that happens to a volume before and after the network, as ONNX metadata with its numbers; docs/onnx.md explains each key.
/// </summary>
internal static class PreprocessingMetadata
{
    /// <summary>The ONNX file of a model's network with its complete preprocessing.</summary>
    /// <exception cref="ArgumentException">The model has no network.</exception>
    public static byte[] Complete(ModelDescription model)
    {
        if (model.Segmentation is not { } network)
        {
            throw new ArgumentException("The model has no segmentation network; train one, or add ScoreWithOnnx.", nameof(model));
        }

        using var session = OnnxSessions.OpenForInspection(network.OnnxArray);
        var known = session.ModelMetadata.CustomMetadataMap;
        var entries = SegmentationModelMetadata
            .Write(network.Info)
            .Concat(Of(model, network.Info))
            .Where(entry => !known.ContainsKey(entry.Key));
        return OnnxMetadata.Append(network.Onnx.Span, entries);
    }

    private static IEnumerable<KeyValuePair<string, string>> Of(ModelDescription model, SegmentationModelInfo info)
    {
        yield return new(SegmentationModelMetadata.AxesKey, info.SpatialDimensions == 3 ? "NCDHW" : "NCHW");
        yield return new(SegmentationModelMetadata.PreprocessingStepsKey, Steps(model).ToJsonString());
        yield return new(SegmentationModelMetadata.PaddingKey, "{\"value\":0,\"place\":\"centred\"}");
        yield return new(
            SegmentationModelMetadata.TilingKey,
            JsonSerializer.Serialize(
                new
                {
                    weights = "gaussian",
                    sigma = 0.125,
                    overlap = info.Overlap,
                    blend = "logits",
                }
            )
        );
    }

    // What stands before the network, loading left out, each with its settings as the zip has them.
    private static JsonArray Steps(ModelDescription model)
    {
        var steps = new JsonArray();
        foreach (
            var stage in model
                .Stages.TakeWhile(stage => !stage.Name.StartsWith("Segment/", StringComparison.Ordinal))
                .Where(stage => !stage.Name.StartsWith("Load", StringComparison.Ordinal))
        )
        {
            var step = new JsonObject { ["step"] = stage.Name };
            if (stage.Options is JsonObject options)
            {
                foreach (var (key, value) in options)
                {
                    step[JsonNamingPolicy.CamelCase.ConvertName(key)] = value?.DeepClone();
                }
            }

            steps.Add(step);
        }

        return steps;
    }
}
