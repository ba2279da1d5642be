using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>Computes the values of an ONNX graph that depend on its weights alone, before ONNX Runtime opens it.</summary>
/// <remarks>
/// The filters of rewritten convolutions are such values: files keep the smaller weights. ONNX Runtime would compute them as well when it
/// opens a session, but copies all weights several times for each operation, which takes longer than everything else together. Covered is
/// what <see cref="FoldedOperations"/> lists, in float32; everything else stays in the graph.
/// </remarks>
internal static class FoldedGraph
{
    private const int IrVersionField = 1;
    private const int GraphField = 7;
    private const int InitializerField = 5;

    // No value may be larger than this many times the model. Filters take twice their weights.
    private const long LargestGrowth = 8;

    // Before, every initializer had to be an input of the graph as well.
    private const int FirstIrVersion = 4;

    /// <summary>The model with such values as initializers; the same bytes where there are none, or the model is damaged.</summary>
    /// <param name="onnx">The ONNX file's bytes.</param>
    /// <param name="threads">Threads to compute with; 0 for one per core.</param>
    public static byte[] Fold(byte[] onnx, int threads)
    {
        try
        {
            return FoldIntact(onnx, threads);
        }
        catch (InputDataException)
        {
            // ONNX Runtime, which reads it next, reports the damage.
            return onnx;
        }
    }

    private static byte[] FoldIntact(byte[] onnx, int threads)
    {
        var (version, graphs, others) = (0L, new List<ReadOnlyMemory<byte>>(), new List<ReadOnlyMemory<byte>>());
        for (var model = new ProtobufReader(onnx); model.Next();)
        {
            version = model.Field == IrVersionField ? model.Number : version;
            (model.Field == GraphField ? graphs : others).Add(
                GraphParts.Within(onnx, model.Field == GraphField ? model.Bytes : model.Raw));
        }

        if (version < FirstIrVersion || graphs is not [var graph])
        {
            return onnx;
        }

        var parts = new GraphParts(graph);
        var values = parts.Nodes.Any(node => node.HasGraph) ? [] : FindValues(parts, LargestGrowth * onnx.Length / sizeof(float));
        return values.Count == 0 ? onnx : Write(others, parts, values, threads > 0 ? threads : Environment.ProcessorCount) ?? onnx;
    }

    private static Dictionary<string, FoldedValue> FindValues(GraphParts parts, long largestCount)
    {
        var (initializers, values) = (new Dictionary<string, FoldedValue>(), new Dictionary<string, FoldedValue>());
        foreach (var node in parts.Nodes)
        {
            if (node.Outputs is not [var output] || parts.Outputs.Contains(output) || node.Inputs.Count == 0)
            {
                continue;
            }

            var operands = node.Inputs.Select(OperandOf).ToList();
            var value = operands.Contains(null) ? null : FoldedOperations.Fold(node, [.. operands.OfType<FoldedOperand>()]);
            if (value?.Count <= largestCount)
            {
                values[output] = value;
            }
        }

        return values;

        FoldedOperand? OperandOf(string name)
        {
            if (values.TryGetValue(name, out var known) || initializers.TryGetValue(name, out known))
            {
                return new(known, null);
            }

            // The caller may replace an initializer that is an input as well.
            return (parts.Inputs.Contains(name) ? null : parts.Constants.GetValueOrDefault(name)) switch
            {
                { IsFloat: true } tensor => new(initializers[name] = new FoldedInitializer(tensor), null),
                { Numbers: { } numbers } => new(null, numbers),
                _ => null,
            };
        }
    }

    private static byte[]? Write(
        List<ReadOnlyMemory<byte>> others,
        GraphParts parts,
        Dictionary<string, FoldedValue> values,
        int threads
    )
    {
        var nodes = parts.Nodes.Where(node => !(node.Outputs is [var output] && values.ContainsKey(output))).ToList();
        var read = nodes.SelectMany(node => node.Inputs).Concat(parts.Outputs).Concat(parts.Inputs).ToHashSet();

        // Fields of the graph: bytes that are copied, or bytes before a value that is computed in its place.
        var fields = new List<(ReadOnlyMemory<byte> Bytes, FoldedValue? Value)>();
        fields.AddRange(nodes.Select(node => (node.Raw, (FoldedValue?)null)));
        fields.AddRange(parts.Initializers.Where(one => read.Contains(one.Name)).Select(one => (one.Raw, (FoldedValue?)null)));
        foreach (var (name, value) in values.Where(value => read.Contains(value.Key)))
        {
            var dataLength = (long)value.Count * sizeof(float);
            var start = ConstantTensor.Announce(name, value.Sizes, dataLength);
            var length = ProtobufWriter.Encode(writer => writer.Length(InitializerField, start.Length + dataLength));
            value.Readers++;
            fields.Add(((byte[])[.. length, .. start], value));
        }

        fields.AddRange(parts.Others.Select(field => (field, (FoldedValue?)null)));
        var graphLength = fields.Sum(field => field.Bytes.Length + ((long)(field.Value?.Count ?? 0) * sizeof(float)));
        fields.Insert(0, (ProtobufWriter.Encode(writer => writer.Length(GraphField, graphLength)), null));
        fields.AddRange(others.Select(field => (field, (FoldedValue?)null)));
        var total = fields.Sum(field => field.Bytes.Length + ((long)(field.Value?.Count ?? 0) * sizeof(float)));
        if (total > Array.MaxLength)
        {
            return null;
        }

        var result = LargeArray.Allocate<byte>((int)total);
        var rest = result.AsMemory();
        foreach (var (bytes, value) in fields)
        {
            bytes.CopyTo(rest);
            rest = rest[bytes.Length..];
            if (value is not null)
            {
                var length = value.Count * sizeof(float);
                value.Read(rest[..length], threads);
                rest = rest[length..];
            }
        }

        return result;
    }
}
