using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>An operation of an ONNX graph.</summary>
/// <remarks>Field numbers after NodeProto and AttributeProto of onnx.proto.</remarks>
/// <param name="Raw">Its whole field in the graph.</param>
/// <param name="Operator">The operator; with its domain where that is not ONNX's own.</param>
/// <param name="Inputs">Names of what it reads.</param>
/// <param name="Outputs">Names of what it gives.</param>
/// <param name="Permutation">The attribute perm; empty where it has none.</param>
/// <param name="HasGraph">Whether it holds graphs of its own, which can read any value.</param>
internal sealed record GraphNode(
    ReadOnlyMemory<byte> Raw,
    string Operator,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<string> Outputs,
    IReadOnlyList<long> Permutation,
    bool HasGraph
)
{
    /// <summary>Reads a NodeProto.</summary>
    /// <param name="raw">The whole field.</param>
    /// <param name="message">Its value.</param>
    public static GraphNode Read(ReadOnlyMemory<byte> raw, ReadOnlySpan<byte> message)
    {
        var (inputs, outputs, permutation) = (new List<string>(), new List<string>(), new List<long>());
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
                    hasGraph |= ReadAttribute(reader.Bytes, permutation);
                    break;
                case 7:
                    domain = Encoding.UTF8.GetString(reader.Bytes);
                    break;
            }
        }

        return new(raw, domain is "" or "ai.onnx" ? name : $"{domain}.{name}", inputs, outputs, permutation, hasGraph);
    }

    private static bool ReadAttribute(ReadOnlySpan<byte> message, List<long> permutation)
    {
        var (isPermutation, hasGraph, numbers) = (false, false, new List<long>());
        for (var reader = new ProtobufReader(message); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1:
                    isPermutation = reader.Bytes.SequenceEqual("perm"u8);
                    break;
                case 8:
                    numbers.AddRange(reader.Numbers());
                    break;
                case 6 or 11:
                    hasGraph = true;
                    break;
            }
        }

        if (isPermutation)
        {
            permutation.AddRange(numbers);
        }

        return hasGraph;
    }
}
