using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The reading of <see cref="Value"/> that writes an ONNX graph; nothing is computed.</summary>
public sealed partial class OnnxValue : Value
{
    private readonly OnnxGraph _graph;

    internal OnnxValue(OnnxGraph graph, string name, ValueShape shape)
        : base(shape)
    {
        _graph = graph;
        Name = name;
        graph.Describe(name, shape);
    }

    /// <summary>The name of the graph's edge that holds this value.</summary>
    public string Name { get; }

    private protected override Value ComputeWeight(Tensor parameter, ValueShape result) =>
        new OnnxValue(_graph, _graph.Parameter(parameter), result);

    /// <inheritdoc/>
    public override ValueScope OpenScope() => new NoScope();

    /// <inheritdoc/>
    public override Value Shown(Layer layer, string name) => this;

    /// <inheritdoc/>
    public override void ShowMap(Layer layer, string name, Func<Value> map)
    {
    }

    private static string NameOf(Value value) => value is OnnxValue onnxValue
        ? onnxValue.Name
        : throw new ArgumentException($"A graph and a {value.GetType().Name} cannot be combined. Make every value from the network's input.");

    private OnnxValue Same(string operation, params (string Name, object Value)[] attributes) => Give(Shape, operation, [Name], attributes);

    private OnnxValue Give(ValueShape result, string operation, string[] inputs, params (string Name, object Value)[] attributes) =>
        new(_graph, _graph.Add(operation, inputs, attributes), result);

    private string[] Inputs(Tensor weight, Tensor? bias) => bias is null
        ? [Name, _graph.Parameter(weight)]
        : [Name, _graph.Parameter(weight), _graph.Parameter(bias)];

    // Sizes as ONNX's Reshape reads them: -1 stands for the one size that holds the open batch.
    private string Sizes(ValueShape shape) => _graph.Constant(Array.ConvertAll(shape.ToArray(), size => Math.Max(size, -1)));

    private sealed class NoScope : ValueScope
    {
        public override Value Keep(Value value) => value;

        protected override void Dispose(bool disposing)
        {
        }
    }
}
