using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>An operation of an ONNX graph.</summary>
/// <remarks>Field numbers after NodeProto and AttributeProto of onnx.proto.</remarks>
/// <param name="Raw">Its whole field in the graph.</param>
/// <param name="Operator">The operator; with its domain where that is not ONNX's own.</param>
/// <param name="Inputs">Names of what it reads.</param>
/// <param name="Outputs">Names of what it gives.</param>
/// <param name="Attributes">Attributes by name, with their whole numbers; without any for other attributes.</param>
/// <param name="HasGraph">Whether it holds graphs of its own, which can read any value.</param>
internal sealed record GraphNode(
    ReadOnlyMemory<byte> Raw,
    string Operator,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<string> Outputs,
    IReadOnlyDictionary<string, IReadOnlyList<long>> Attributes,
    bool HasGraph
)
{
    /// <summary>Reads a NodeProto.</summary>
    /// <param name="raw">The whole field.</param>
    /// <param name="message">Its value.</param>
    public static GraphNode Read(ReadOnlyMemory<byte> raw, ReadOnlySpan<byte> message)
    {
        var (inputs, outputs) = (new List<string>(), new List<string>());
        var attributes = new Dictionary<string, IReadOnlyList<long>>();
        var (name, domain, hasGraph) = ("", "", false);
        for (var reader = new ProtobufReader(message); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1:
                    inputs.Add(Encoding.UTF8.GetString(reader.Bytes));
                    break;
                case 2:
                    outputs.Add(Encoding.UTF8.GetString(reader.Bytes));
                    break;
                case 4:
                    name = Encoding.UTF8.GetString(reader.Bytes);
                    break;
                case 5:
                    hasGraph |= ReadAttribute(reader.Bytes, attributes);
                    break;
                case 7:
                    domain = Encoding.UTF8.GetString(reader.Bytes);
                    break;
            }
        }

        return new(raw, domain is "" or "ai.onnx" ? name : $"{domain}.{name}", inputs, outputs, attributes, hasGraph);
    }

    private static bool ReadAttribute(ReadOnlySpan<byte> message, Dictionary<string, IReadOnlyList<long>> attributes)
    {
        var (name, hasGraph, numbers) = ("", false, new List<long>());
        for (var reader = new ProtobufReader(message); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1:
                    name = Encoding.UTF8.GetString(reader.Bytes);
                    break;
                case 3:
                    numbers.Add(reader.Number);
                    break;
                case 8:
                    numbers.AddRange(reader.Numbers());
                    break;
                case 6 or 11:
                    hasGraph = true;
                    break;
            }
        }

        attributes[name] = numbers;
        return hasGraph;
    }
}
