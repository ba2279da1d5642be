using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation;

/// <content>Functions of each element. All keep the shape.</content>
public abstract partial class Value
{
    /// <summary>max(x, 0). ONNX Relu (14).</summary>
    public abstract Value Relu();

    /// <summary>x where positive, slope * x elsewhere. ONNX LeakyRelu (16).</summary>
    public abstract Value LeakyRelu(double slope = 0.01);

    /// <summary>x where positive, a learned slope * x elsewhere. ONNX PRelu (16).</summary>
    /// <param name="slope">[C] with one slope per channel, or [1].</param>
    public Value PRelu(Tensor slope)
    {
        ShapeRules.PRelu(this, slope);
        return ComputePRelu(slope);
    }

    private protected abstract Value ComputePRelu(Tensor slope);

    /// <summary>x where positive, alpha * (exp(x) - 1) elsewhere. ONNX Elu (6).</summary>
    public abstract Value Elu(double alpha = 1);

    /// <summary>x * Phi(x) with the exact normal distribution. ONNX Erf (13) and arithmetic.</summary>
    public abstract Value Gelu();

    /// <summary>x * sigmoid(x). ONNX Sigmoid (13) and Mul.</summary>
    public Value Silu() => this * Sigmoid();

    /// <summary>1 / (1 + exp(-x)). ONNX Sigmoid (13).</summary>
    public abstract Value Sigmoid();

    /// <summary>Hyperbolic tangent. ONNX Tanh (13).</summary>
    public abstract Value Tanh();

    /// <summary>log(1 + exp(x)). ONNX Softplus (1).</summary>
    public abstract Value Softplus();

    /// <summary>e to the power x. ONNX Exp (13).</summary>
    public abstract Value Exp();

    /// <summary>Natural logarithm. ONNX Log (13).</summary>
    public abstract Value Log();

    /// <summary>Square root. ONNX Sqrt (13).</summary>
    public abstract Value Sqrt();

    /// <summary>Absolute value. ONNX Abs (13).</summary>
    public abstract Value Abs();

    /// <summary>x to a constant power. ONNX Pow (15).</summary>
    public abstract Value Power(double exponent);

    /// <summary>x limited to a range. ONNX Clip (13).</summary>
    /// <exception cref="ArgumentException">The lower limit is above the upper one.</exception>
    public Value Clamp(double lowest, double highest) => lowest <= highest
        ? ComputeClamp(lowest, highest)
        : throw new ArgumentException($"The range {lowest} to {highest} is empty. Give the lower limit first.");

    private protected abstract Value ComputeClamp(double lowest, double highest);

    /// <summary>exp(x) divided by its sum along one dimension. ONNX Softmax (13).</summary>
    public Value Softmax(int dimension) => ComputeSoftmax(ShapeRules.Axis(Shape, dimension));

    private protected abstract Value ComputeSoftmax(int dimension);

    /// <summary>In training, zeroes elements with a probability and scales the rest; otherwise, and in ONNX, nothing.</summary>
    public Value Dropout(double probability, bool training) =>
        training && probability > 0 ? ComputeDropout(ShapeRules.Probability(probability)) : this;

    private protected abstract Value ComputeDropout(double probability);

    /// <summary>
    /// In training, zeroes whole channels of [N, C, H, W] or [N, C, D, H, W] with a probability and scales the rest;
    /// otherwise, and in ONNX, nothing.
    /// </summary>
    public Value ChannelDropout(double probability, bool training) =>
        training && probability > 0 ? ComputeChannelDropout(ShapeRules.Probability(probability)) : this;

    private protected abstract Value ComputeChannelDropout(double probability);
}
