using Microsoft.ML.MedicalSegmentation.Expressions;
using Parameter = TorchSharp.Modules.Parameter;

namespace Microsoft.ML.MedicalSegmentation.Layers;

/// <summary>Layer normalisation over the last dimension.</summary>
/// <param name="features">Size of the last dimension.</param>
/// <param name="epsilon">Added to the variance.</param>
/// <remarks>Ba et al. 2016, https://arxiv.org/abs/1607.06450.</remarks>
public sealed class LayerNorm(long features, double epsilon = 1e-5) : Layer
{
    private readonly Parameter weight = WeightInitializer.Constant(1, features);
    private readonly Parameter bias = WeightInitializer.Constant(0, features);

    /// <summary>[..., features] -> the same.</summary>
    /// <exception cref="ArgumentException">The last dimension has another size.</exception>
    public TensorExpression Forward(TensorExpression input) => input.LayerNorm(weight, bias, epsilon);
}
