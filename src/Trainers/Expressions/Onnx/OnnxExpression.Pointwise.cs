using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Onnx;

/// <content>Functions of each element.</content>
internal sealed partial class OnnxExpression
{
    /// <inheritdoc/>
    public override TensorExpression Relu() => Same("Relu");

    /// <inheritdoc/>
    public override TensorExpression LeakyRelu(double slope = 0.01) => Same("LeakyRelu", ("alpha", slope));

    private protected override TensorExpression ComputePRelu(Tensor slope)
    {
        var slopes = _graph.Parameter(slope);
        if (slope.shape[0] > 1)
        {
            // ONNX broadcasts from the last dimension: [C] becomes [C, 1, ...].
            slopes = PerChannel(slopes, slope.shape[0]);
        }

        return Give(Shape, "PRelu", [Name, slopes]);
    }

    /// <inheritdoc/>
    public override TensorExpression Elu(double alpha = 1) => Same("Elu", ("alpha", alpha));

    /// <inheritdoc/>
    public override TensorExpression Gelu()
    {
        var erf = Give(Shape, "Erf", [((OnnxExpression)(this / Math.Sqrt(2))).Name]);
        return this * (erf + 1) * 0.5;
    }

    /// <inheritdoc/>
    public override TensorExpression Sigmoid() => Same("Sigmoid");

    /// <inheritdoc/>
    public override TensorExpression Tanh() => Same("Tanh");

    /// <inheritdoc/>
    public override TensorExpression Softplus() => Same("Softplus");

    /// <inheritdoc/>
    public override TensorExpression Exp() => Same("Exp");

    /// <inheritdoc/>
    public override TensorExpression Log() => Same("Log");

    /// <inheritdoc/>
    public override TensorExpression Sqrt() => Same("Sqrt");

    /// <inheritdoc/>
    public override TensorExpression Abs() => Same("Abs");

    /// <inheritdoc/>
    public override TensorExpression Power(double exponent) => Give(Shape, "Pow", [Name, _graph.Constant(exponent)]);

    private protected override TensorExpression ComputeClamp(double lowest, double highest) =>
        Give(Shape, "Clip", [Name, _graph.Constant(lowest), _graph.Constant(highest)]);

    private protected override TensorExpression ComputeSoftmax(int dimension) => Same("Softmax", ("axis", (long)dimension));

    private protected override TensorExpression ComputeDropout(double probability) => throw Training("dropout");

    private protected override TensorExpression ComputeChannelDropout(double probability) => throw Training("channel dropout");

    private static InvalidOperationException Training(string operation) =>
        new($"The network is in training mode, where {operation} acts by chance or by the batch. Call eval() before the export.");

    private string PerChannel(string vector, long channels)
    {
        var sizes = new long[Shape.Rank - 1];
        Array.Fill(sizes, 1);
        sizes[0] = channels;
        return _graph.Add("Reshape", [vector, _graph.Constant(sizes)]);
    }
}
