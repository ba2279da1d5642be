using System.Globalization;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Onnx;

/// <summary>The nodes and constants that <see cref="OnnxExpression"/>s write, in the order in which they are written.</summary>
internal sealed class OnnxGraph
{
    private readonly Dictionary<Tensor, string> _names;
    private readonly Dictionary<string, OnnxInitializer> _initializers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorShape> _shapes = new(StringComparer.Ordinal);
    private readonly List<OnnxNode> _nodes = [];

    /// <summary>A graph that names parameters and buffers as <paramref name="parameters"/> does.</summary>
    public OnnxGraph(IEnumerable<(string Name, Tensor Tensor)> parameters)
    {
        _names = new Dictionary<Tensor, string>(ReferenceEqualityComparer.Instance);
        foreach (var (name, tensor) in parameters)
        {
            _names.TryAdd(tensor, name);
        }
    }

    /// <summary>Channels in ONNX Runtime's blocks with AVX-512; other processors have smaller ones, which these fill too.</summary>
    public const long Block = 16;

    public const string InputName = "image";

    public const string OutputName = "logits";

    public OnnxExpression Input(TensorShape shape) => new(this, InputName, shape);

    /// <summary>Adds an operator and names its result.</summary>
    public string Add(string operation, string[] inputs, params (string Name, object Value)[] attributes)
    {
        var output = $"{operation}_{_nodes.Count}";
        _nodes.Add(new OnnxNode(operation, inputs, output, attributes));
        return output;
    }

    /// <summary>Notes the shape of an edge.</summary>
    public void Describe(string name, TensorShape shape) => _shapes.TryAdd(name, shape);

    /// <summary>The shape of an edge that is a value of the network.</summary>
    public TensorShape ShapeOf(string name) => _shapes[name];

    /// <summary>The shape of an edge, or null if it is not known.</summary>
    public TensorShape? TryShapeOf(string name) => _shapes.GetValueOrDefault(name);

    /// <summary>The initializer of a parameter or buffer, named by its key in the state dictionary.</summary>
    public string Parameter(Tensor tensor)
    {
        if (!_names.TryGetValue(tensor, out var name))
        {
            throw new InvalidOperationException(
                $"A tensor [{string.Join(", ", tensor.shape)}] used in Forward is neither a parameter nor a buffer of the network. " +
                "Keep it in a field of a layer, set in the field's initializer or before the layer is registered.");
        }

        _initializers.TryAdd(name, OnnxInitializer.Of(name, tensor));
        return name;
    }

    public string Constant(double number)
    {
        var name = $"number:{number.ToString("R", CultureInfo.InvariantCulture)}";
        _initializers.TryAdd(name, OnnxInitializer.Of(name, (float)number));
        return name;
    }

    public string Constant(long[] numbers)
    {
        var name = $"integers:{string.Join(",", numbers)}";
        _initializers.TryAdd(name, OnnxInitializer.Of(name, numbers));
        return name;
    }

    /// <summary>By how much each axis is enlarged.</summary>
    public string Factors(long[] factors)
    {
        var name = $"factors:{string.Join(",", factors)}";
        _initializers.TryAdd(name, OnnxInitializer.Of(name, Array.ConvertAll(factors, factor => (float)factor)));
        return name;
    }

    /// <summary>A matrix of floats, by rows; the name says what it holds.</summary>
    public string Matrix(string name, float[,] numbers)
    {
        _initializers.TryAdd(name, OnnxInitializer.Of(name, numbers));
        return name;
    }

    /// <summary>A vector of one number.</summary>
    public string Filled(long length, float number)
    {
        var name = $"vector:{length}x{number.ToString("R", CultureInfo.InvariantCulture)}";
        if (!_initializers.ContainsKey(name))
        {
            var numbers = new float[length];
            Array.Fill(numbers, number);
            _initializers.Add(name, OnnxInitializer.Of(name, numbers));
        }

        return name;
    }

    /// <summary>What <paramref name="output"/> needs, in order: nodes that lead nowhere else are left out.</summary>
    public IReadOnlyList<OnnxNode> Reaching(string output) => Reaching(_nodes, output);

    /// <summary>Those of some nodes, in order, that <paramref name="output"/> needs.</summary>
    public static IReadOnlyList<OnnxNode> Reaching(IReadOnlyList<OnnxNode> all, string output)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal) { output };
        var nodes = new List<OnnxNode>();
        for (var at = all.Count - 1; at >= 0; at--)
        {
            if (needed.Contains(all[at].Output))
            {
                nodes.Add(all[at]);
                needed.UnionWith(all[at].Inputs);
            }
        }

        nodes.Reverse();
        return nodes;
    }

    /// <summary>The constants that nodes read.</summary>
    public IReadOnlyList<OnnxInitializer> InitializersOf(IEnumerable<OnnxNode> nodes)
    {
        var needed = nodes.SelectMany(node => node.Inputs).ToHashSet(StringComparer.Ordinal);
        return [.. _initializers.Values.Where(initializer => needed.Contains(initializer.Name))];
    }
}
