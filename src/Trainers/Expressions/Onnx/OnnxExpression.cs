using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Onnx;

/// <summary>The reading of <see cref="TensorExpression"/> that writes an ONNX graph; nothing is computed.</summary>
internal sealed partial class OnnxExpression : TensorExpression
{
    private readonly OnnxGraph _graph;

    internal OnnxExpression(OnnxGraph graph, string name, TensorShape shape)
        : base(shape)
    {
        _graph = graph;
        Name = name;
        graph.Describe(name, shape);
    }

    /// <summary>The name of the graph's edge that holds this value.</summary>
    public string Name { get; }

    private protected override TensorExpression ComputeWeight(Tensor parameter, TensorShape result) =>
        new OnnxExpression(_graph, _graph.Parameter(parameter), result);

    /// <inheritdoc/>
    public override ExpressionScope OpenScope() => new NoScope();

    /// <inheritdoc/>
    public override TensorExpression Shown(torch.nn.Module layer, string name) => this;

    /// <inheritdoc/>
    public override void ShowMap(torch.nn.Module layer, string name, Func<TensorExpression> map)
    {
    }

    private static string NameOf(TensorExpression value) =>
        value is OnnxExpression onnxValue
            ? onnxValue.Name
            : throw new ArgumentException(
                $"A graph and a {value.GetType().Name} cannot be combined. Make every value from the network's input."
            );

    private OnnxExpression Same(string operation, params (string Name, object Value)[] attributes) =>
        Give(Shape, operation, [Name], attributes);

    private OnnxExpression Give(TensorShape result, string operation, string[] inputs, params (string Name, object Value)[] attributes) =>
        new(_graph, _graph.Add(operation, inputs, attributes), result);

    private string[] Inputs(Tensor weight, Tensor? bias) => bias is null
        ? [Name, _graph.Parameter(weight)]
        : [Name, _graph.Parameter(weight), _graph.Parameter(bias)];

    // Sizes as ONNX's Reshape reads them: -1 stands for the one size that holds the open batch.
    private string Sizes(TensorShape shape) => _graph.Constant(Array.ConvertAll(shape.ToArray(), size => Math.Max(size, -1)));

    private sealed class NoScope : ExpressionScope
    {
        public override TensorExpression Keep(TensorExpression value) => value;

        protected override void Dispose(bool disposing)
        {
        }
    }
}
