using Microsoft.ML.MedicalSegmentation.Expressions.Onnx;

namespace Microsoft.ML.MedicalSegmentation.Export.Optimization;

/// <summary>Replaces convolutions of a graph, together with a batch norm and a ReLU that follow directly.</summary>
/// <remarks>
/// ONNX Runtime folds a batch norm into a convolution, and an activation, only where they follow it directly; so a rewriting takes
/// them in. What is computed from weights alone ONNX Runtime computes once, when it loads the file; the file keeps them as they are.
/// </remarks>
internal abstract class OnnxRewriting(OnnxGraph graph)
{
    private readonly Dictionary<string, OnnxNode?> _soleReaders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxNode> _producers = new(StringComparer.Ordinal);
    private readonly List<OnnxNode> _nodes = [];

    protected OnnxGraph Graph { get; } = graph;

    /// <summary>The nodes with every convolution replaced that allows it.</summary>
    /// <param name="nodes">In the order in which they compute.</param>
    /// <param name="output">What the graph gives.</param>
    public IReadOnlyList<OnnxNode> Rewrite(IReadOnlyList<OnnxNode> nodes, string output)
    {
        FindNeighbors(nodes, output);
        var absorbed = new HashSet<OnnxNode>(ReferenceEqualityComparer.Instance);
        foreach (var node in nodes.Where(node => !absorbed.Contains(node)))
        {
            if (node.Operator != "Conv" || !CanRewrite(node))
            {
                _nodes.Add(node);
                continue;
            }

            var norm = Follower(node, "BatchNormalization");
            var activation = Follower(norm ?? node, "Relu");
            var (weight, bias) = norm is null ? (node.Inputs[1], node.Inputs.ElementAtOrDefault(2)) : Fold(node, norm);
            Write(node, weight, bias, activation is not null, (activation ?? norm ?? node).Output);
            absorbed.UnionWith(new[] { norm, activation }.OfType<OnnxNode>());
        }

        return OnnxGraph.Reaching(_nodes, output);
    }

    protected abstract bool CanRewrite(OnnxNode convolution);

    /// <summary>Adds the nodes that take a convolution's place.</summary>
    /// <param name="convolution">What is replaced.</param>
    /// <param name="weight">Its weight, with the batch norm in it.</param>
    /// <param name="bias">Its bias, or null.</param>
    /// <param name="activate">Whether a ReLU is to follow.</param>
    /// <param name="result">The name of the result.</param>
    protected abstract void Write(OnnxNode convolution, string weight, string? bias, bool activate, string result);

    protected string Add(string output, string operation, string[] inputs, params (string Name, object Value)[] attributes)
    {
        _nodes.Add(new OnnxNode(operation, inputs, output, attributes));
        return output;
    }

    protected string Reshape(string output, string input, params long[] sizes) => Add(output, "Reshape", [input, Graph.Constant(sizes)]);

    protected string Transpose(string output, string input, params long[] order) => Add(output, "Transpose", [input], ("perm", order));

    protected static long[] Sizes(OnnxNode node, string attribute) => node.Attribute(attribute) as long[] ?? [];

    /// <summary>The node that gives an edge; null for an input or a constant.</summary>
    protected OnnxNode? Producer(string edge) => _producers.GetValueOrDefault(edge);

    /// <summary>Whether one node alone reads an edge.</summary>
    protected bool IsReadOnce(string edge) => _soleReaders.GetValueOrDefault(edge) is not null;

    private void FindNeighbors(IReadOnlyList<OnnxNode> nodes, string output)
    {
        _soleReaders.Add(output, null);
        foreach (var node in nodes)
        {
            _producers.Add(node.Output, node);
            foreach (var input in node.Inputs)
            {
                if (!_soleReaders.TryAdd(input, node))
                {
                    _soleReaders[input] = null;
                }
            }
        }
    }

    private OnnxNode? Follower(OnnxNode node, string operation) =>
        _soleReaders[node.Output] is { } reader && reader.Operator == operation && reader.Inputs[0] == node.Output ? reader : null;

    // The weight and bias of a convolution that does what the convolution and the norm in evaluation do.
    private (string Weight, string Bias) Fold(OnnxNode convolution, OnnxNode norm)
    {
        var (name, scale, shift, mean, variance) = (norm.Output, norm.Inputs[1], norm.Inputs[2], norm.Inputs[3], norm.Inputs[4]);
        var epsilon = norm.Attribute("epsilon") is double number ? number : 1e-5;
        var deviation = Add($"{name}:deviation", "Sqrt", [Add($"{name}:variance", "Add", [variance, Graph.Constant(epsilon)])]);
        var factor = Add($"{name}:factor", "Div", [scale, deviation]);
        var ones = Enumerable.Repeat(1L, Sizes(convolution, "kernel_shape").Length + 1);
        var weight = Add($"{name}:weight", "Mul", [convolution.Inputs[1], Reshape($"{name}:perOutput", factor, [-1, .. ones])]);
        var center = convolution.Inputs is [_, _, var bias] ? Add($"{name}:center", "Sub", [mean, bias]) : mean;
        return (weight, Add($"{name}:bias", "Sub", [shift, Add($"{name}:offset", "Mul", [center, factor])]));
    }
}
