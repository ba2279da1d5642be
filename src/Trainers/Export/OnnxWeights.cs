using Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;
using Microsoft.ML.MedicalSegmentation.Weights;
using Microsoft.ML.MedicalSegmentation.Weights.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Export;

/// <summary>Takes the weights back out of an ONNX model: its initializers have the names of the state dictionary.</summary>
/// <remarks>Constants that the export added have a colon in their names, which weights have not.</remarks>
internal static class OnnxWeights
{
    private const int GraphField = 7;
    private const int InitializerField = 5;

    /// <summary>The weights of a model.</summary>
    /// <exception cref="InputDataException">The model is damaged.</exception>
    public static WeightsFile Read(ReadOnlyMemory<byte> onnx)
    {
        var tensors = new Dictionary<string, WeightTensor>();
        for (var model = new ProtobufReader(onnx.Span); model.Next();)
        {
            if (model.Field != GraphField)
            {
                continue;
            }

            for (var graph = new ProtobufReader(model.Bytes); graph.Next();)
            {
                if (graph.Field == InitializerField && WeightOf(TensorProto.Read(GraphParts.Within(onnx, graph.Bytes))) is { } tensor)
                {
                    tensors[tensor.Name] = tensor;
                }
            }
        }

        return new("the ONNX model", "ONNX", [.. tensors.Values]);
    }

    private static WeightTensor? WeightOf(TensorProto proto)
    {
        if (proto.Type is not (TensorProto.Float or TensorProto.Int64) || proto.Name.Contains(':', StringComparison.Ordinal))
        {
            return null;
        }

        var type = proto.Type == TensorProto.Float ? WeightType.Float32 : WeightType.Int64;
        return WeightTensor.CountOf(proto.Sizes) * WeightTypes.SizeOf(type) == proto.Data.Length
            ? new(proto.Name, type, proto.Sizes, proto.Data.ToArray())
            : throw new InputDataException(
                $"Initializer '{proto.Name}' of the ONNX model has {proto.Data.Length} bytes "
                    + $"for the sizes {WeightTensor.Words(proto.Sizes)}. Export the model again."
            );
    }
}
