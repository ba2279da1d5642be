using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Torch;

/// <content>Functions of each element.</content>
internal sealed partial class TorchExpression
{
    /// <inheritdoc/>
    public override TensorExpression Relu() => Same(FeatureProbe.Activated(Tensor, Tensor.relu()));

    /// <inheritdoc/>
    public override TensorExpression LeakyRelu(double slope = 0.01) =>
        Same(FeatureProbe.Activated(Tensor, Tensor.leaky_relu(Number(slope))));

    private protected override TensorExpression ComputePRelu(Tensor slope) =>
        Same(FeatureProbe.Activated(Tensor, functional.prelu(Tensor, slope.to(Tensor.dtype))));

    /// <inheritdoc/>
    public override TensorExpression Elu(double alpha = 1) => Same(Tensor.elu(Number(alpha), One, One));

    /// <inheritdoc/>
    public override TensorExpression Gelu() => Same(functional.gelu(Tensor));

    /// <inheritdoc/>
    public override TensorExpression Sigmoid() => Same(Tensor.sigmoid());

    /// <inheritdoc/>
    public override TensorExpression Tanh() => Same(Tensor.tanh());

    /// <inheritdoc/>
    public override TensorExpression Softplus() => Same(-functional.logsigmoid(-Full(Tensor)));

    /// <inheritdoc/>
    public override TensorExpression Exp() => Same(Full(Tensor).exp());

    /// <inheritdoc/>
    public override TensorExpression Log() => Same(Full(Tensor).log());

    /// <inheritdoc/>
    public override TensorExpression Sqrt() => Same(Tensor.sqrt());

    /// <inheritdoc/>
    public override TensorExpression Abs() => Same(Tensor.abs());

    /// <inheritdoc/>
    public override TensorExpression Power(double exponent) => Same(Full(Tensor).pow(Number(exponent)));

    private protected override TensorExpression ComputeClamp(double lowest, double highest) =>
        Same(Tensor.clamp(Number(lowest), Number(highest)));

    private protected override TensorExpression ComputeSoftmax(int dimension) => Same(Full(Tensor).softmax(dimension));

    private protected override TensorExpression ComputeDropout(double probability) => Same(functional.dropout(Tensor, probability, true));

    private protected override TensorExpression ComputeChannelDropout(double probability) => Same(Shape.Rank switch
    {
        4 => functional.dropout2d(Tensor, probability, true),
        5 => functional.dropout3d(Tensor, probability, true),
        _ => throw new ArgumentException($"Channel dropout got {Shape}. Give [batch, channels, ...] with two or three spatial sizes."),
    });
}
