namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Writes 3D convolutions as sums of 2D convolutions, which ONNX Runtime computes several times faster on processors.</summary>
/// <remarks>
/// <para>
/// ONNX Runtime has kernels on blocked channels for two spatial axes only; with three it copies each patch of voxels into a matrix.
/// A kernel of depth 3 is the sum of three flat kernels, each applied to the volume shifted by a slice. So the slices are laid
/// under each other as one tall image, with enough rows of zeros between them that a kernel which leaves a slice reads zeros, and a
/// shift by a slice is a larger padding on one side of the image and a smaller one on the other. That needs no copies of the shifted
/// volume, and the sums go into the convolutions.
/// </para>
/// <para>
/// ONNX Runtime folds a batch norm into a convolution, and an activation, only where they follow it directly; here both are taken in.
/// What is computed from weights alone it computes once, when it loads the file; the file keeps them as they are.
/// </para>
/// </remarks>
internal sealed class SlicewiseConvolutions
{
    // Below, rows are too short to fill the registers of the 2D kernels.
    private const long LeastWidth = 8;

    private readonly OnnxGraph _graph;
    private readonly Dictionary<string, OnnxNode?> _soleReaders = new(StringComparer.Ordinal);
    private readonly List<OnnxNode> _nodes = [];

    private SlicewiseConvolutions(OnnxGraph graph, IReadOnlyList<OnnxNode> nodes, string output)
    {
        _graph = graph;
        _soleReaders.Add(output, null);
        foreach (var node in nodes)
        {
            foreach (var input in node.Inputs)
            {
                if (!_soleReaders.TryAdd(input, node))
                {
                    _soleReaders[input] = null;
                }
            }
        }
    }

    /// <summary>The nodes with every 3D convolution replaced that allows it.</summary>
    /// <param name="graph">Knows the shapes, and takes the constants.</param>
    /// <param name="nodes">In the order in which they compute.</param>
    /// <param name="output">What the graph gives.</param>
    public static IReadOnlyList<OnnxNode> Rewrite(OnnxGraph graph, IReadOnlyList<OnnxNode> nodes, string output)
    {
        var rewriting = new SlicewiseConvolutions(graph, nodes, output);
        var absorbed = new HashSet<OnnxNode>(ReferenceEqualityComparer.Instance);
        foreach (var node in nodes.Where(node => !absorbed.Contains(node)))
        {
            if (!rewriting.CanRewrite(node))
            {
                rewriting._nodes.Add(node);
                continue;
            }

            var norm = rewriting.Follower(node, "BatchNormalization");
            var activation = rewriting.Follower(norm ?? node, "Relu");
            rewriting.Write(node, norm, activation);
            absorbed.UnionWith(new[] { norm, activation }.OfType<OnnxNode>());
        }

        return rewriting._nodes;
    }

    private bool CanRewrite(OnnxNode node)
    {
        if (node.Operator != "Conv" || Sizes(node, "kernel_shape") is not [> 1, _, _] kernel)
        {
            return false;
        }

        var pads = Sizes(node, "pads");
        return Sizes(node, "strides").All(step => step == 1)
            && Sizes(node, "dilations").All(step => step == 1)
            && node.Attribute("group") is 1L
            && pads.Index().All(pad => 2 * pad.Item == kernel[pad.Index % 3] - 1)
            && _graph.ShapeOf(node.Inputs[0])[^1] >= LeastWidth;
    }

    private OnnxNode? Follower(OnnxNode node, string operation) =>
        _soleReaders[node.Output] is { } reader && reader.Operator == operation && reader.Inputs[0] == node.Output ? reader : null;

    private void Write(OnnxNode convolution, OnnxNode? norm, OnnxNode? activation)
    {
        var (image, name) = (_graph.ShapeOf(convolution.Inputs[0]), convolution.Output);
        var (depth, height, width) = (image[2], image[3], image[4]);
        var (kernel, pads) = (Sizes(convolution, "kernel_shape"), Sizes(convolution, "pads"));
        var (weight, bias) = norm is null
            ? (convolution.Inputs[1], convolution.Inputs.ElementAtOrDefault(2))
            : Fold(convolution, norm);

        // Rows of zeros under each slice, then all slices under each other.
        var pitch = height + pads[1];
        var apart = pads[1] == 0 ? convolution.Inputs[0]
            : Add($"{name}:apart", "Pad", [convolution.Inputs[0], _graph.Constant([0, 0, 0, 0, 0, 0, 0, 0, pads[1], 0]), _graph.Constant(0.0)]);
        var tall = Add($"{name}:tall", "Reshape", [apart, _graph.Constant([0, image.Channels, depth * pitch, width])]);

        string? sum = null;
        for (long slice = 0; slice < kernel[0]; slice++)
        {
            // Paddings differ so that every sum has room for the largest shift on both sides.
            var flat = Add($"{name}:flat{slice}", "Conv", [tall, Slice(name, weight, slice), .. slice == 0 && bias is not null ? [bias] : Array.Empty<string>()],
                ("kernel_shape", kernel[1..]),
                ("strides", new long[] { 1, 1 }),
                ("pads", new[] { pads[1] + ((kernel[0] - 1 - slice) * pitch), pads[2], pads[1] + (slice * pitch), pads[2] }),
                ("dilations", new long[] { 1, 1 }),
                ("group", 1L));
            sum = sum is null ? flat : Add($"{name}:sum{slice}", "Add", [sum, flat]);
        }

        if (activation is not null)
        {
            sum = Add($"{name}:active", "Relu", [sum!]);
        }

        var channels = _graph.ShapeOf(convolution.Output).Channels;
        var apartAgain = Add(
            $"{name}:slices", "Reshape", [sum!, _graph.Constant([0, channels, depth + (2 * pads[0]), pitch, width])]);
        Add(
            (activation ?? norm ?? convolution).Output,
            "Slice",
            [apartAgain, _graph.Constant([pads[0], 0]), _graph.Constant([pads[0] + depth, height]), _graph.Constant([2, 3])]);
    }

    // [outputs, inputs, D, H, W] -> [outputs, inputs, H, W].
    private string Slice(string name, string weight, long slice)
    {
        var one = Add(
            $"{name}:kernel{slice}",
            "Slice",
            [weight, _graph.Constant([slice]), _graph.Constant([slice + 1]), _graph.Constant([2])]);
        return Add($"{name}:flatKernel{slice}", "Squeeze", [one, _graph.Constant([2])]);
    }

    // The weight and bias of a convolution that does what the convolution and the norm in evaluation do.
    private (string Weight, string Bias) Fold(OnnxNode convolution, OnnxNode norm)
    {
        var (name, scale, shift, mean, variance) = (norm.Output, norm.Inputs[1], norm.Inputs[2], norm.Inputs[3], norm.Inputs[4]);
        var epsilon = norm.Attribute("epsilon") is double number ? number : 1e-5;
        var deviation = Add($"{name}:deviation", "Sqrt", [Add($"{name}:variance", "Add", [variance, _graph.Constant(epsilon)])]);
        var factor = Add($"{name}:factor", "Div", [scale, deviation]);
        var perOutput = Add($"{name}:perOutput", "Reshape", [factor, _graph.Constant([-1, 1, 1, 1, 1])]);
        var weight = Add($"{name}:weight", "Mul", [convolution.Inputs[1], perOutput]);
        var center = convolution.Inputs is [_, _, var bias] ? Add($"{name}:center", "Sub", [mean, bias]) : mean;
        return (weight, Add($"{name}:bias", "Sub", [shift, Add($"{name}:offset", "Mul", [center, factor])]));
    }

    private string Add(string output, string operation, string[] inputs, params (string Name, object Value)[] attributes)
    {
        _nodes.Add(new OnnxNode(operation, inputs, output, attributes));
        return output;
    }

    private static long[] Sizes(OnnxNode node, string attribute) => node.Attribute(attribute) as long[] ?? [];
}
