using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Reach;

/// <content>What acts on each element by itself, and the softmax, which may not.</content>
internal sealed partial class ReachExpression
{
    private protected override TensorExpression ComputeAdd(TensorExpression other, TensorShape result) => Combined(other, result);

    private protected override TensorExpression ComputeSubtract(TensorExpression other, TensorShape result) => Combined(other, result);

    private protected override TensorExpression ComputeMultiply(TensorExpression other, TensorShape result) => Combined(other, result);

    private protected override TensorExpression ComputeDivide(TensorExpression other, TensorShape result) => Combined(other, result);

    private protected override TensorExpression ComputeAdd(double number) => this;

    private protected override TensorExpression ComputeMultiply(double number) => this;

    /// <inheritdoc/>
    public override TensorExpression Relu() => this;

    /// <inheritdoc/>
    public override TensorExpression LeakyRelu(double slope = 0.01) => this;

    private protected override TensorExpression ComputePRelu(Tensor slope) => this;

    /// <inheritdoc/>
    public override TensorExpression Elu(double alpha = 1) => this;

    /// <inheritdoc/>
    public override TensorExpression Gelu() => this;

    /// <inheritdoc/>
    public override TensorExpression Sigmoid() => this;

    /// <inheritdoc/>
    public override TensorExpression Tanh() => this;

    /// <inheritdoc/>
    public override TensorExpression Softplus() => this;

    /// <inheritdoc/>
    public override TensorExpression Exp() => this;

    /// <inheritdoc/>
    public override TensorExpression Log() => this;

    /// <inheritdoc/>
    public override TensorExpression Sqrt() => this;

    /// <inheritdoc/>
    public override TensorExpression Abs() => this;

    /// <inheritdoc/>
    public override TensorExpression Power(double exponent) => this;

    private protected override TensorExpression ComputeClamp(double lowest, double highest) => this;

    private protected override TensorExpression ComputeSoftmax(int dimension)
    {
        if (_layout.IsDividedAlong(dimension))
        {
            _pass.DependOnAll("a softmax over positions");
        }

        return this;
    }

    private protected override TensorExpression ComputeDropout(double probability) => this;

    private protected override TensorExpression ComputeChannelDropout(double probability) => this;
}
