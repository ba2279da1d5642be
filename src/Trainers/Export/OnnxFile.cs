using Microsoft.ML.MedicalSegmentation.Export.Optimization;
using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Expressions.Onnx;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

namespace Microsoft.ML.MedicalSegmentation.Export;

/// <summary>The bytes of an ONNX model: header, nodes, initializers, metadata. The same graph gives the same bytes.</summary>
/// <remarks>
/// Field numbers after onnx.proto, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. Weights go to the stream
/// one tensor at a time,
/// so writing needs no second copy of the model in memory.
/// </remarks>
internal static class OnnxFile
{
    // IR version 8 came with operator set 18; ONNX Runtime reads it from 1.14 on.
    private const long IrVersion = 8;
    private const long OperatorSet = 18;

    public static void Write(
        Stream destination,
        string name,
        OnnxGraph graph,
        OnnxExpression input,
        OnnxExpression output,
        IEnumerable<KeyValuePair<string, string>> metadata,
        OnnxRewritings rewritings = OnnxRewritings.All)
    {
        var plain = graph.Reaching(output.Name);
        var nodes = Rewritten(graph, plain, output.Name, rewritings);
        var initializers = graph.InitializersOf(nodes);
        var frame = ProtobufWriter.Encode(writer =>
        {
            Nodes(writer, graph, nodes, output.Name);
            writer.Text(2, name);
            writer.Message(11, message => ValueInfo(message, input.Name, input.Shape));
            writer.Message(12, message => ValueInfo(message, OnnxGraph.OutputName, output.Shape));
        });

        var headers = initializers.Select(Header).ToArray();
        var length =
            frame.Length + initializers.Select((initializer, at) => EntryLength(headers[at].Length + initializer.DataLength)).Sum();
        if (length > int.MaxValue)
        {
            throw new InvalidOperationException(
                $"The network {name} needs {length / 1e9:0.0} GB; an ONNX file holds at most 2.1 GB. Use a smaller width.");
        }

        var model = new ProtobufWriter(destination);
        model.Integer(1, IrVersion);
        model.Text(2, "Microsoft.ML.MedicalSegmentation");
        model.Length(7, length);
        destination.Write(frame);
        for (var at = 0; at < headers.Length; at++)
        {
            model.Length(5, headers[at].Length + initializers[at].DataLength);
            destination.Write(headers[at]);
            initializers[at].WriteData(destination);
        }

        model.Message(8, message => message.Integer(2, OperatorSet));
        foreach (var (key, value) in metadata.Concat(PlainGraphOf(graph, plain, nodes, initializers, output.Name)))
        {
            model.Message(14, message =>
            {
                message.Text(1, key);
                message.Text(2, value);
            });
        }
    }

    // The order matters: a convolution goes to the first rewriting that takes it.
    private static IReadOnlyList<OnnxNode> Rewritten(
        OnnxGraph graph,
        IReadOnlyList<OnnxNode> plain,
        string output,
        OnnxRewritings rewritings
    )
    {
        (OnnxRewritings Kind, Func<IReadOnlyList<OnnxNode>, IReadOnlyList<OnnxNode>> Rewrite)[] passes =
        [
            (OnnxRewritings.UpsampledConvolutions, nodes => new UpsampledConvolutions(graph).Rewrite(nodes, output)),
            (OnnxRewritings.RowwiseConvolutions, nodes => new RowwiseConvolutions(graph).Rewrite(nodes, output)),
            (OnnxRewritings.SlicewiseConvolutions, nodes =>
                new SlicewiseConvolutions(graph, rewritings.HasFlag(OnnxRewritings.MinimalFilters)).Rewrite(nodes, output)),
        ];
        return passes.Where(pass => rewritings.HasFlag(pass.Kind)).Aggregate(plain, (nodes, pass) => pass.Rewrite(nodes));
    }

    // The graph before the rewritings, which pay on processors alone. It shares the weights of the rewritten one.
    private static IEnumerable<KeyValuePair<string, string>> PlainGraphOf(
        OnnxGraph graph,
        IReadOnlyList<OnnxNode> plain,
        IReadOnlyList<OnnxNode> rewritten,
        IReadOnlyList<OnnxInitializer> known,
        string output
    )
    {
        if (plain.SequenceEqual(rewritten))
        {
            yield break;
        }

        var fields = ProtobufWriter.Encode(writer =>
        {
            Nodes(writer, graph, plain, output);
            foreach (var initializer in graph.InitializersOf(plain).Except(known))
            {
                using var tensor = new MemoryStream();
                tensor.Write(Header(initializer));
                initializer.WriteData(tensor);
                writer.Bytes(5, tensor.ToArray());
            }
        });
        yield return new(PlainGraph.Key, PlainGraph.Encode(fields));
    }

    private static void Nodes(ProtobufWriter writer, OnnxGraph graph, IReadOnlyList<OnnxNode> nodes, string output)
    {
        foreach (var node in nodes)
        {
            writer.Message(1, message => Node(message, node));
        }

        // The result gets its published name by a node of its own, as other nodes may read it too.
        writer.Message(1, message => Node(message, new OnnxNode("Identity", [output], OnnxGraph.OutputName, [])));

        // ONNX Runtime loses the open batch where it resizes, and with it the proof that shapes are equal. More shapes would do no good:
        // with those of all nodes it computes 3D networks a little slower.
        foreach (var node in nodes.Where(node => node.Operator == "Resize"))
        {
            writer.Message(13, message => ValueInfo(message, node.Output, graph.ShapeOf(node.Output)));
        }
    }

    // Everything of a tensor but its data, which follows.
    private static byte[] Header(OnnxInitializer initializer) => ProtobufWriter.Encode(writer =>
    {
        foreach (var size in initializer.Sizes)
        {
            writer.Integer(1, size);
        }

        writer.Integer(2, initializer.ElementType);
        writer.Text(8, initializer.Name);
        writer.Length(9, initializer.DataLength);
    });

    private static long EntryLength(long content) => ProtobufWriter.Encode(writer => writer.Length(5, content)).Length + content;

    private static void Node(ProtobufWriter writer, OnnxNode node)
    {
        foreach (var input in node.Inputs)
        {
            writer.Text(1, input);
        }

        writer.Text(2, node.Output);
        writer.Text(3, node.Output);
        writer.Text(4, node.Operator);
        foreach (var (name, value) in node.Attributes)
        {
            writer.Message(5, message => Attribute(message, name, value));
        }
    }

    private static void Attribute(ProtobufWriter writer, string name, object value)
    {
        writer.Text(1, name);
        switch (value)
        {
            case long number:
                writer.Integer(3, number);
                writer.Integer(20, 2);
                break;
            case double number:
                writer.Float(2, (float)number);
                writer.Integer(20, 1);
                break;
            case string text:
                writer.Text(4, text);
                writer.Integer(20, 3);
                break;
            case long[] numbers:
                foreach (var number in numbers)
                {
                    writer.Integer(8, number);
                }

                writer.Integer(20, 7);
                break;
            default:
                throw new InvalidOperationException($"Attribute {name} is a {value.GetType().Name}; use long, double, string or long[].");
        }
    }

    private static void ValueInfo(ProtobufWriter writer, string name, TensorShape shape)
    {
        writer.Text(1, name);
        writer.Message(2, type => type.Message(1, tensor =>
        {
            tensor.Integer(1, 1);
            tensor.Message(2, sizes =>
            {
                foreach (var size in shape.ToArray())
                {
                    sizes.Message(1, dimension => Dimension(dimension, size));
                }
            });
        }));
    }

    private static void Dimension(ProtobufWriter writer, long size)
    {
        if (size >= 0)
        {
            writer.Integer(1, size);
        }
        else
        {
            writer.Text(2, size == -1 ? "batch" : $"batch_times_{-size}");
        }
    }
}
