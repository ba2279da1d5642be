using System.Text;
using Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;
using Microsoft.ML.MedicalSegmentation.Weights;
using Microsoft.ML.MedicalSegmentation.Weights.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Export;

/// <summary>Takes the weights back out of an ONNX model: its initializers have the names of the state dictionary.</summary>
/// <remarks>Field numbers after onnx.proto. Constants that the export added have a colon in their names, which weights have not.</remarks>
internal static class OnnxWeights
{
    private const int GraphField = 7;
    private const int InitializerField = 5;

    /// <summary>The weights of a model.</summary>
    /// <exception cref="InputDataException">The model is damaged.</exception>
    public static WeightsFile Read(ReadOnlyMemory<byte> onnx)
    {
        var tensors = new Dictionary<string, WeightTensor>();
        var model = new ProtobufReader(onnx.Span);
        while (model.Next())
        {
            if (model.Field != GraphField)
            {
                continue;
            }

            var graph = new ProtobufReader(model.Bytes);
            while (graph.Next())
            {
                if (graph.Field == InitializerField && ReadTensor(graph.Bytes) is { } tensor)
                {
                    tensors[tensor.Name] = tensor;
                }
            }
        }

        return new("the ONNX model", "ONNX", [.. tensors.Values]);
    }

    private static WeightTensor? ReadTensor(ReadOnlySpan<byte> message)
    {
        var reader = new ProtobufReader(message);
        var shape = new List<long>();
        var (name, type) = ("", 0L);
        ReadOnlySpan<byte> data = default;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    shape.AddRange(reader.Numbers());
                    break;
                case 2:
                    type = reader.Number;
                    break;
                case 8:
                    name = Encoding.UTF8.GetString(reader.Bytes);
                    break;
                case 9:
                    data = reader.Bytes;
                    break;
            }
        }

        if (type is not (1 or 7) || name.Contains(':', StringComparison.Ordinal))
        {
            return null;
        }

        var known = type == 1 ? WeightType.Float32 : WeightType.Int64;
        return WeightTensor.CountOf(shape) * WeightTypes.SizeOf(known) == data.Length
            ? new(name, known, [.. shape], data.ToArray())
            : throw new InputDataException(
                $"Initializer '{name}' of the ONNX model has {data.Length} bytes for the sizes {WeightTensor.Words(shape)}. Export the model again."
            );
    }
}
