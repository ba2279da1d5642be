using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation;

/// <content>Functions of each element.</content>
public sealed partial class TorchValue
{
    /// <inheritdoc/>
    public override Value Relu() => Same(FeatureProbe.Activated(Tensor, Tensor.relu()));

    /// <inheritdoc/>
    public override Value LeakyRelu(double slope = 0.01) => Same(FeatureProbe.Activated(Tensor, functional.leaky_relu(Tensor, slope)));

    private protected override Value ComputePRelu(Tensor slope) => Same(FeatureProbe.Activated(Tensor, functional.prelu(Tensor, slope.to(Tensor.dtype))));

    /// <inheritdoc/>
    public override Value Elu(double alpha = 1) => Same(functional.elu(Tensor, alpha));

    /// <inheritdoc/>
    public override Value Gelu() => Same(functional.gelu(Tensor));

    /// <inheritdoc/>
    public override Value Sigmoid() => Same(Tensor.sigmoid());

    /// <inheritdoc/>
    public override Value Tanh() => Same(Tensor.tanh());

    /// <inheritdoc/>
    public override Value Softplus() => Same(functional.softplus(Full(Tensor)));

    /// <inheritdoc/>
    public override Value Exp() => Same(Full(Tensor).exp());

    /// <inheritdoc/>
    public override Value Log() => Same(Full(Tensor).log());

    /// <inheritdoc/>
    public override Value Sqrt() => Same(Tensor.sqrt());

    /// <inheritdoc/>
    public override Value Abs() => Same(Tensor.abs());

    /// <inheritdoc/>
    public override Value Power(double exponent) => Same(Full(Tensor).pow(exponent));

    private protected override Value ComputeClamp(double lowest, double highest) => Same(Tensor.clamp(lowest, highest));

    private protected override Value ComputeSoftmax(int dimension) => Same(Full(Tensor).softmax(dimension));

    private protected override Value ComputeDropout(double probability) => Same(functional.dropout(Tensor, probability, true));

    private protected override Value ComputeChannelDropout(double probability) => Same(Shape.Rank switch
    {
        4 => functional.dropout2d(Tensor, probability, true),
        5 => functional.dropout3d(Tensor, probability, true),
        _ => throw new ArgumentException($"Channel dropout got {Shape}. Give [batch, channels, ...] with two or three spatial sizes."),
    });
}
