using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>The parts of an ONNX graph that folding looks at. Nothing is copied.</summary>
/// <remarks>Field numbers after GraphProto of onnx.proto.</remarks>
internal sealed class GraphParts
{
    private const int NodeField = 1;
    private const int InitializerField = 5;
    private const int InputField = 11;
    private const int OutputField = 12;

    /// <summary>Reads a GraphProto.</summary>
    /// <exception cref="InputDataException">The message is damaged.</exception>
    public GraphParts(ReadOnlyMemory<byte> message)
    {
        for (var reader = new ProtobufReader(message.Span); reader.Next();)
        {
            var raw = Within(message, reader.Raw);
            switch (reader.Field)
            {
                case NodeField:
                    Nodes.Add(GraphNode.Read(raw, reader.Bytes));
                    break;
                case InitializerField:
                    var (name, tensor) = ConstantTensor.Read(Within(message, reader.Bytes));
                    Initializers.Add((name, raw));
                    Constants[name] = tensor;
                    break;
                case InputField:
                    Others.Add(raw);
                    Inputs.Add(NameOf(reader.Bytes));
                    break;
                case OutputField:
                    Others.Add(raw);
                    Outputs.Add(NameOf(reader.Bytes));
                    break;
                default:
                    Others.Add(raw);
                    break;
            }
        }
    }

    /// <summary>Operations, in the order in which they are computed.</summary>
    public List<GraphNode> Nodes { get; } = [];

    /// <summary>Names and whole fields of initializers.</summary>
    public List<(string Name, ReadOnlyMemory<byte> Raw)> Initializers { get; } = [];

    /// <summary>Initializers by name; null where folding cannot read one.</summary>
    public Dictionary<string, ConstantTensor?> Constants { get; } = [];

    /// <summary>Names of the graph's inputs. An initializer among them can be replaced by the caller.</summary>
    public HashSet<string> Inputs { get; } = [];

    /// <summary>Names of the graph's outputs.</summary>
    public HashSet<string> Outputs { get; } = [];

    /// <summary>Fields that are neither operations nor initializers.</summary>
    public List<ReadOnlyMemory<byte>> Others { get; } = [];

    /// <summary>The memory of a part that was read from a message.</summary>
    public static ReadOnlyMemory<byte> Within(ReadOnlyMemory<byte> message, ReadOnlySpan<byte> part) =>
        message.Span.Overlaps(part, out var offset) ? message.Slice(offset, part.Length) : ReadOnlyMemory<byte>.Empty;

    private static string NameOf(ReadOnlySpan<byte> message)
    {
        for (var reader = new ProtobufReader(message); reader.Next();)
        {
            if (reader.Field == 1)
            {
                return Encoding.UTF8.GetString(reader.Bytes);
            }
        }

        return "";
    }
}
