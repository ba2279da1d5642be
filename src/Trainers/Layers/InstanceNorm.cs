using Microsoft.ML.MedicalSegmentation.Expressions;
using Parameter = TorchSharp.Modules.Parameter;

namespace Microsoft.ML.MedicalSegmentation.Layers;

/// <summary>
/// Instance normalisation: each channel of each item by its own mean and variance, in training and evaluation alike.
/// </summary>
/// <param name="channels">Number of channels.</param>
/// <param name="epsilon">Added to the variance.</param>
/// <param name="affine">Whether a learned scale and shift follow.</param>
/// <remarks>Ulyanov et al. 2016, https://arxiv.org/abs/1607.08022.</remarks>
public sealed class InstanceNorm(long channels, double epsilon = 1e-5, bool affine = false) : Layer
{
    private readonly Parameter? weight = affine ? WeightInitializer.Constant(1, channels) : null;
    private readonly Parameter? bias = affine ? WeightInitializer.Constant(0, channels) : null;

    /// <summary>[N, channels, S] -> the same.</summary>
    /// <exception cref="ArgumentException">The channels differ, or there is no spatial axis.</exception>
    public TensorExpression Forward(TensorExpression input) => input.InstanceNorm(weight, bias, epsilon);
}
