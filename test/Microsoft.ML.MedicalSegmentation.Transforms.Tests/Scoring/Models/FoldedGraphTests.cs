using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

/// <summary>Values that depend on weights alone, against ONNX Runtime, which computes the model as it was.</summary>
[TestClass]
public class FoldedGraphTests
{
    private static readonly long[] WeightSizes = [5, 4, 3, 6];

    // What the files of rewritten convolutions hold: [O, I, taps, kernel] -> [products O I kernel].
    private static readonly GraphText Filters = new(
        [
            new("Reshape", ["weight", "rowSizes"], "taps"),
            new("Transpose", ["taps"], "outward", [2, 0, 1, 3]),
            new("Reshape", ["outward", "rowsOfTaps"], "rows"),
            new("MatMul", ["filter", "rows"], "products"),
            new("Add", ["image", "products"], "result"),
        ],
        [6, 120],
        [("weight", WeightSizes), ("filter", [6, 3])],
        [("rowSizes", [0, 0, 3, -1]), ("rowsOfTaps", [3, -1])]);

    private static readonly GraphText Turned = new(
        [new("Transpose", ["weight"], "turned", [3, 1, 0, 2]), new("Add", ["image", "turned"], "result")],
        [6, 4, 5, 3],
        [("weight", WeightSizes)],
        []);

    private static readonly GraphText ReadTwice = new(
        [
            new("Reshape", ["weight", "flat"], "all"),
            new("Transpose", ["all"], "column", [1, 0]),
            new("Add", ["image", "all"], "sum"),
            new("MatMul", ["sum", "column"], "result"),
        ],
        [1, 360],
        [("weight", WeightSizes)],
        [("flat", [1, 360])]);

    // What the files of convolutions with a batch norm hold: weight * scale / sqrt(variance + epsilon), and the bias.
    private static readonly GraphText BatchNorm = new(
        [
            new("Mul", ["spread", "spread"], "variance"),
            new("Add", ["variance", "epsilon"], "shifted"),
            new("Sqrt", ["shifted"], "deviation"),
            new("Div", ["scale", "deviation"], "factor"),
            new("Reshape", ["factor", "perOutput"], "factors"),
            new("Mul", ["weight", "factors"], "scaled"),
            new("Mul", ["mean", "factor"], "offset"),
            new("Sub", ["shift", "offset"], "bias"),
            new("Reshape", ["bias", "perOutput"], "biases"),
            new("Add", ["image", "scaled"], "sum"),
            new("Add", ["sum", "biases"], "result"),
        ],
        WeightSizes,
        [("weight", WeightSizes), ("spread", [5]), ("epsilon", [1]), ("scale", [5]), ("mean", [5]), ("shift", [5])],
        [("perOutput", [-1, 1, 1, 1])]);

    // What the files of convolutions of joined and enlarged features hold.
    private static readonly GraphText Pieces = new(
        [
            new("Slice", ["weight", "one", "four", "one"], "end"),
            new("Slice", ["weight", "zero", "one", "one"], "start"),
            new("Concat", ["end", "start"], "turned", Axis: 1),
            new("Pad", ["vector", "one,two", "number"], "padded"),
            new("Reshape", ["padded", "perChannel"], "padding"),
            new("Div", ["number", "padding"], "inverse"),
            new("Sub", ["inverse", "turned"], "difference"),
            new("Add", ["image", "difference"], "result"),
        ],
        WeightSizes,
        [("weight", WeightSizes), ("vector", [1]), ("number", [1])],
        [("zero", [0]), ("one", [1]), ("four", [4]), ("one,two", [1, 2]), ("perChannel", [1, 4, 1, 1])]);

    public static IEnumerable<object[]> Graphs =>
        [["filters", Filters], ["turned", Turned], ["read twice", ReadTwice], ["batch norm", BatchNorm], ["pieces", Pieces]];

    [TestMethod]
    [DynamicData(nameof(Graphs))]
    public void Fold_ValuesOfWeights_GivesTheSameResultsWithFewerOperations(string name, GraphText graph)
    {
        var model = graph.Encode();

        var folded = FoldedGraph.Fold(model, threads: 2);

        Assert.AreNotEqual(model.Length, folded.Length, name);
        Assert.AreEqual(graph == ReadTwice || graph == BatchNorm ? 2 : 1, new GraphParts(GraphOf(folded)).Nodes.Count);
        CollectionAssert.AreEqual(Run(model, graph.ImageSizes), Run(folded, graph.ImageSizes), new Nearly());
    }

    [TestMethod]
    public void Fold_WeightThatTheCallerCanReplace_LeavesTheModel()
    {
        var model = (Turned with { ReplaceableWeight = true }).Encode();

        Assert.AreSame(model, FoldedGraph.Fold(model, threads: 1));
    }

    [TestMethod]
    public void Fold_ResultThatTheModelGives_LeavesTheModel()
    {
        var model = (Turned with { Nodes = [new("Transpose", ["weight"], "result", [3, 1, 0, 2])] }).Encode();

        Assert.AreSame(model, FoldedGraph.Fold(model, threads: 1));
    }

    [TestMethod]
    [DataRow(new long[] { 0, 0, 0, 0 })]
    [DataRow(new long[] { 0, 1, 2 })]
    [DataRow(new long[] { 3, 1, 0, 4 })]
    public void Fold_PermutationThatDoesNotFit_LeavesTheModelToONNXRuntime(long[] permutation)
    {
        var model = (Turned with { Nodes = [new("Transpose", ["weight"], "turned", permutation), Turned.Nodes[1]] }).Encode();

        Assert.AreSame(model, FoldedGraph.Fold(model, threads: 1));
    }

    [TestMethod]
    [DataRow(new long[] { 7, -1 })]
    [DataRow(new long[] { -1, -1 })]
    [DataRow(new long[] { long.MaxValue, long.MaxValue })]
    [DataRow(new long[] { -5, 72 })]
    public void Fold_SizesThatDoNotFit_LeavesTheModelToONNXRuntime(long[] sizes)
    {
        var model = (ReadTwice with { Numbers = [("flat", sizes)] }).Encode();

        Assert.AreSame(model, FoldedGraph.Fold(model, threads: 1));
    }

    [TestMethod]
    [DataRow("Slice", new long[] { 1 }, new long[] { 7 })]
    [DataRow("Slice", new long[] { -1 }, new long[] { 2 })]
    [DataRow("Pad", new long[] { 1 }, new long[] { 1 })]
    [DataRow("Concat", null, null)]
    [DataRow("Sqrt", new long[] { 1 }, null)]
    public void Fold_OperandsThatDoNotFit_LeavesTheModelToONNXRuntime(string operation, long[]? first, long[]? second)
    {
        var numbers = new[] { ("first", first), ("second", second) }.Where(pair => pair.Item2 is not null).ToList();
        string[] inputs = ["weight", .. numbers.Select(pair => pair.Item1), .. operation == "Slice" ? ["second"] : Array.Empty<string>()];
        var model = (Turned with
        {
            Nodes = [new(operation, inputs, "turned", Axis: operation == "Concat" ? 9 : null), Turned.Nodes[1]],
            Numbers = [.. numbers.Select(pair => (pair.Item1, pair.Item2!))],
        }).Encode();

        Assert.AreSame(model, FoldedGraph.Fold(model, threads: 1));
    }

    [TestMethod]
    public void Fold_ValueReadTwiceByEachOfItsReaders_ComputesEachOnce()
    {
        // Computed once for each reader, the last value would take 2^40 additions.
        var sums = Enumerable.Range(0, 40).Select(at => new NodeText("Mul", [$"v{at}", $"v{at}"], $"v{at + 1}"));
        var model = new GraphText([.. sums, new("Add", ["image", "v40"], "result")], [3], [("v0", [3])], []).Encode();

        var folded = FoldedGraph.Fold(model, threads: 1);

        Assert.AreEqual(1, new GraphParts(GraphOf(folded)).Nodes.Count);
        CollectionAssert.AreEqual(Run(model, [3]), Run(folded, [3]), new Nearly());
    }

    [TestMethod]
    public void Fold_ChainAsLongAsItsFile_FoldsTheBeginningOnly()
    {
        const int Length = 200_000;
        var chain = Enumerable.Range(0, Length).Select(at => new NodeText("Sqrt", [$"v{at}"], $"v{at + 1}"));
        var model = new GraphText([.. chain, new("Add", ["image", $"v{Length}"], "result")], [3], [("v0", [3])], []).Encode();

        var folded = FoldedGraph.Fold(model, threads: 1);

        Assert.AreEqual(Length + 1 - 64, new GraphParts(GraphOf(folded)).Nodes.Count);
    }

    [TestMethod]
    public void Fold_ValuesThatGrowWithoutEnd_StopsAtEightTimesTheModel()
    {
        var chain = Enumerable.Range(1, 40).Select(at => new NodeText("Concat", [$"v{at}", $"v{at - 1}"], $"v{at + 1}", Axis: 0));
        var model = new GraphText([.. chain, new("Add", ["image", "v41"], "result")], [3], [("v0", [900]), ("v1", [900])], []).Encode();

        var folded = FoldedGraph.Fold(model, threads: 1);

        Assert.IsTrue(folded.Length < 32 * model.Length, $"{folded.Length} of {model.Length}");
    }

    [TestMethod]
    public void Fold_DataShorterThanItsSizes_LeavesTheModelToONNXRuntime()
    {
        var model = (Turned with { Weights = [("weight", [5, 4, 3, 600])], WeightLength = 360 }).Encode();

        Assert.AreSame(model, FoldedGraph.Fold(model, threads: 1));
    }

    [TestMethod]
    public void Fold_ModelCutShort_LeavesItToONNXRuntime()
    {
        var model = Filters.Encode()[..100];

        Assert.AreSame(model, FoldedGraph.Fold(model, threads: 1));
    }

    private static ReadOnlyMemory<byte> GraphOf(byte[] model)
    {
        for (var reader = new ProtobufReader(model); reader.Next();)
        {
            if (reader.Field == 7)
            {
                return GraphParts.Within(model, reader.Bytes);
            }
        }

        throw new AssertFailedException("The model has no graph.");
    }

    private static float[] Run(byte[] model, long[] sizes)
    {
        using var session = new InferenceSession(model);
        using var options = new RunOptions();
        var image = Enumerable.Range(0, (int)sizes.Aggregate((product, size) => product * size)).Select(i => MathF.Cos(i)).ToArray();
        using var input = OrtValue.CreateTensorValueFromMemory(image, sizes);
        using var outputs = session.Run(options, new Dictionary<string, OrtValue> { ["image"] = input }, ["result"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>An operation.</summary>
    public sealed record NodeText(string Operator, string[] Inputs, string Output, long[]? Permutation = null, long? Axis = null);

    /// <summary>A graph from "image" to "result".</summary>
    public sealed record GraphText(
        NodeText[] Nodes,
        long[] ImageSizes,
        (string Name, long[] Sizes)[] Weights,
        (string Name, long[] Values)[] Numbers
    )
    {
        public bool ReplaceableWeight { get; init; }

        public int? WeightLength { get; init; }

        public byte[] Encode() =>
            ProtobufWriter.Encode(model =>
            {
                model.Integer(1, 8);
                model.Message(7, WriteGraph);
                model.Message(8, version => version.Integer(2, 17));
            });

        private void WriteGraph(ProtobufWriter graph)
        {
            foreach (var node in Nodes)
            {
                graph.Message(1, message => WriteNode(message, node));
            }

            graph.Text(2, "graph");
            foreach (var (name, sizes) in Weights)
            {
                var count = WeightLength ?? (int)sizes.Aggregate((product, size) => product * size);
                var values = Enumerable.Range(0, count).Select(i => MathF.Sin(i + name.Length)).ToArray();
                graph.Message(5, tensor => WriteTensor(tensor, name, 1, sizes, MemoryMarshal.AsBytes<float>(values)));
            }

            foreach (var (name, values) in Numbers)
            {
                graph.Message(5, tensor => WriteTensor(tensor, name, 7, [values.Length], MemoryMarshal.AsBytes<long>(values)));
            }

            graph.Message(11, value => WriteValue(value, "image", ImageSizes));
            if (ReplaceableWeight)
            {
                graph.Message(11, value => WriteValue(value, "weight", Weights[0].Sizes));
            }

            graph.Message(12, value => WriteValue(value, "result", null));
        }

        private static void WriteNode(ProtobufWriter message, NodeText node)
        {
            Array.ForEach(node.Inputs, input => message.Text(1, input));
            message.Text(2, node.Output);
            message.Text(4, node.Operator);
            if (node.Permutation is { } permutation)
            {
                message.Message(5, attribute =>
                {
                    attribute.Text(1, "perm");
                    Array.ForEach(permutation, axis => attribute.Integer(8, axis));
                    attribute.Integer(20, 7);
                });
            }

            if (node.Axis is { } axis)
            {
                message.Message(5, attribute =>
                {
                    attribute.Text(1, "axis");
                    attribute.Integer(3, axis);
                    attribute.Integer(20, 2);
                });
            }
        }

        private static void WriteTensor(ProtobufWriter tensor, string name, int type, long[] sizes, ReadOnlySpan<byte> data)
        {
            Array.ForEach(sizes, size => tensor.Integer(1, size));
            tensor.Integer(2, type);
            tensor.Bytes(8, Encoding.UTF8.GetBytes(name));
            tensor.Bytes(9, data);
        }

        private static void WriteValue(ProtobufWriter value, string name, long[]? sizes)
        {
            value.Text(1, name);
            value.Message(2, type => type.Message(1, tensor =>
            {
                tensor.Integer(1, 1);
                if (sizes is not null)
                {
                    tensor.Message(2, shape => Array.ForEach(sizes, size => shape.Message(1, dimension => dimension.Integer(1, size))));
                }
            }));
        }
    }

    private sealed class Nearly : System.Collections.IComparer
    {
        public int Compare(object? x, object? y) => Math.Abs((float)x! - (float)y!) < 1e-5 ? 0 : 1;
    }
}
