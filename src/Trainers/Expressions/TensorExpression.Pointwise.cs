using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions;

/// <content>Functions of each element. All keep the shape.</content>
public abstract partial class TensorExpression
{
    /// <summary>max(x, 0). ONNX Relu (14).</summary>
    public abstract TensorExpression Relu();

    /// <summary>x where positive, slope * x elsewhere. ONNX LeakyRelu (16).</summary>
    public abstract TensorExpression LeakyRelu(double slope = 0.01);

    /// <summary>x where positive, a learned slope * x elsewhere. ONNX PRelu (16).</summary>
    /// <param name="slope">[C] with one slope per channel, or [1].</param>
    public TensorExpression PRelu(Tensor slope)
    {
        ShapeRules.PRelu(this, slope);
        return ComputePRelu(slope);
    }

    private protected abstract TensorExpression ComputePRelu(Tensor slope);

    /// <summary>x where positive, alpha * (exp(x) - 1) elsewhere. ONNX Elu (6).</summary>
    public abstract TensorExpression Elu(double alpha = 1);

    /// <summary>x * Phi(x) with the exact normal distribution. ONNX Erf (13) and arithmetic.</summary>
    public abstract TensorExpression Gelu();

    /// <summary>x * sigmoid(x). ONNX Sigmoid (13) and Mul.</summary>
    public TensorExpression Silu() => this * Sigmoid();

    /// <summary>1 / (1 + exp(-x)). ONNX Sigmoid (13).</summary>
    public abstract TensorExpression Sigmoid();

    /// <summary>Hyperbolic tangent. ONNX Tanh (13).</summary>
    public abstract TensorExpression Tanh();

    /// <summary>log(1 + exp(x)). ONNX Softplus (1).</summary>
    public abstract TensorExpression Softplus();

    /// <summary>e to the power x. ONNX Exp (13).</summary>
    public abstract TensorExpression Exp();

    /// <summary>Natural logarithm. ONNX Log (13).</summary>
    public abstract TensorExpression Log();

    /// <summary>Square root. ONNX Sqrt (13).</summary>
    public abstract TensorExpression Sqrt();

    /// <summary>Absolute value. ONNX Abs (13).</summary>
    public abstract TensorExpression Abs();

    /// <summary>x to a constant power. ONNX Pow (15).</summary>
    public abstract TensorExpression Power(double exponent);

    /// <summary>x limited to a range. ONNX Clip (13).</summary>
    /// <exception cref="ArgumentException">The lower limit is above the upper one.</exception>
    public TensorExpression Clamp(double lowest, double highest) => lowest <= highest
        ? ComputeClamp(lowest, highest)
        : throw new ArgumentException($"The range {lowest} to {highest} is empty. Give the lower limit first.");

    private protected abstract TensorExpression ComputeClamp(double lowest, double highest);

    /// <summary>exp(x) divided by its sum along one dimension. ONNX Softmax (13).</summary>
    public TensorExpression Softmax(int dimension) => ComputeSoftmax(ShapeRules.Axis(Shape, dimension));

    private protected abstract TensorExpression ComputeSoftmax(int dimension);

    /// <summary>In training, zeroes elements with a probability and scales the rest; otherwise, and in ONNX, nothing.</summary>
    public TensorExpression Dropout(double probability, bool training) =>
        training && probability > 0 ? ComputeDropout(ShapeRules.Probability(probability)) : this;

    private protected abstract TensorExpression ComputeDropout(double probability);

    /// <summary>
    /// In training, zeroes whole channels of [N, C, H, W] or [N, C, D, H, W] with a probability and scales the rest;
    /// otherwise, and in ONNX, nothing.
    /// </summary>
    public TensorExpression ChannelDropout(double probability, bool training) =>
        training && probability > 0 ? ComputeChannelDropout(ShapeRules.Probability(probability)) : this;

    private protected abstract TensorExpression ComputeChannelDropout(double probability);
}
