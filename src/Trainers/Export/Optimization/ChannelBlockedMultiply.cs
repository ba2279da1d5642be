using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Expressions.Onnx;

namespace Microsoft.ML.MedicalSegmentation.Export.Optimization;

/// <summary>Writes 2D products of features with attention so that ONNX Runtime computes them on blocked channels, between convolutions.</summary>
/// <remarks>
/// On blocks it multiplies equal shapes only; what is broadcast it multiplies in the usual order, with a copy of the features before and
/// of the product behind. So one map for all channels is computed once for each of them, by a convolution whose weights repeat, and one
/// weight for all places is enlarged to all of them. That concerns features that come from a convolution and fill the blocks.
/// </remarks>
internal sealed class ChannelBlockedMultiply(OnnxGraph graph)
{
    private readonly Dictionary<string, OnnxNode> _producers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _readers = new(StringComparer.Ordinal);
    private readonly List<OnnxNode> _nodes = [];

    /// <summary>The nodes with every such product rewritten.</summary>
    /// <param name="nodes">In the order in which they compute.</param>
    /// <param name="output">What the graph gives.</param>
    public IReadOnlyList<OnnxNode> Rewrite(IReadOnlyList<OnnxNode> nodes, string output)
    {
        foreach (var node in nodes)
        {
            _producers.Add(node.Output, node);
            foreach (var input in node.Inputs)
            {
                _readers[input] = _readers.GetValueOrDefault(input) + 1;
            }
        }

        foreach (var node in nodes)
        {
            _nodes.Add(node is { Operator: "Mul", Inputs: [var features, var attention] }
                && IsOnBlocks(features)
                && graph.TryShapeOf(features) is { Rank: 4 } shape
                && graph.TryShapeOf(attention) is { Rank: 4 } broadcast
                && shape.Channels % OnnxGraph.Block == 0
                && shape.Dimensions[0] == broadcast.Dimensions[0]
                && (Repeat(attention, broadcast, shape) ?? Enlarge(attention, broadcast, shape)) is { } equal
                    ? node with { Inputs = [features, equal] }
                    : node);
        }

        return OnnxGraph.Reaching(_nodes, output);
    }

    private bool IsOnBlocks(string edge) => _producers.GetValueOrDefault(edge) is { } node && node.Operator switch
    {
        "Conv" => true,
        "BatchNormalization" or "Relu" or "Sigmoid" => IsOnBlocks(node.Inputs[0]),
        _ => false,
    };

    // A convolution to one map, for as many channels as the features have.
    private string? Repeat(string map, TensorShape broadcast, TensorShape shape)
    {
        if (broadcast.Channels != 1
            || !broadcast.Spatial.SequenceEqual(shape.Spatial)
            || SoleProducer(map, "Sigmoid") is not { } sigmoid
            || SoleProducer(sigmoid.Inputs[0], "Conv") is not { } convolution)
        {
            return null;
        }

        var weight = Add($"{map}:weights", "Expand", [convolution.Inputs[1], graph.Constant([shape.Channels, 1, 1, 1])], shape: null);
        var bias = convolution.Inputs is [_, _, var one]
            ? new[] { Add($"{map}:biases", "Expand", [one, graph.Constant([shape.Channels])], shape: null) }
            : [];
        var scores = Add($"{map}:scores", "Conv", [convolution.Inputs[0], weight, .. bias], shape, [.. convolution.Attributes]);
        return Add($"{map}:repeated", "Sigmoid", [scores], shape);
    }

    // A pool of single places is what takes weights to blocks.
    private string? Enlarge(string weights, TensorShape broadcast, TensorShape shape)
    {
        if (broadcast.Channels != shape.Channels || broadcast.Spatial is not [1, 1] || shape.Spatial is [1, 1])
        {
            return null;
        }

        var blocks = Add(
            $"{weights}:blocks",
            "MaxPool",
            [weights],
            broadcast,
            ("kernel_shape", new long[] { 1, 1 }),
            ("strides", new long[] { 1, 1 }),
            ("pads", new long[] { 0, 0, 0, 0 }));
        return Add(
            $"{weights}:enlarged",
            "Resize",
            [blocks, string.Empty, graph.Factors([1, 1, .. shape.Spatial])],
            shape,
            ("mode", "nearest"),
            ("coordinate_transformation_mode", "asymmetric"),
            ("nearest_mode", "floor"));
    }

    private OnnxNode? SoleProducer(string edge, string operation) =>
        _readers.GetValueOrDefault(edge) == 1 && _producers.GetValueOrDefault(edge) is { } node && node.Operator == operation ? node : null;

    private string Add(string output, string operation, string[] inputs, TensorShape? shape, params (string Name, object Value)[] attributes)
    {
        _nodes.Add(new OnnxNode(operation, inputs, output, attributes));
        if (shape is not null)
        {
            graph.Describe(output, shape);
        }

        return output;
    }
}
