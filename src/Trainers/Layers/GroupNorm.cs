using Microsoft.ML.MedicalSegmentation.Expressions;
using Parameter = TorchSharp.Modules.Parameter;

namespace Microsoft.ML.MedicalSegmentation.Layers;

/// <summary>Group normalisation: each group of channels of each item by its own mean and variance.</summary>
/// <param name="groups">Number of groups; divides the channels.</param>
/// <param name="channels">Number of channels.</param>
/// <param name="epsilon">Added to the variance.</param>
/// <remarks>Wu and He 2018, https://arxiv.org/abs/1803.08494.</remarks>
public sealed class GroupNorm(long groups, long channels, double epsilon = 1e-5) : Layer
{
    private readonly Parameter weight = WeightInitializer.Constant(1, channels);
    private readonly Parameter bias = WeightInitializer.Constant(0, channels);

    /// <summary>[N, channels, S] -> the same.</summary>
    /// <exception cref="ArgumentException">The channels differ, or the groups do not divide them.</exception>
    public TensorExpression Forward(TensorExpression input) => input.GroupNorm(groups, weight, bias, epsilon);
}
