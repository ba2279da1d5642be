using Microsoft.ML.MedicalSegmentation.Expressions;
using Parameter = TorchSharp.Modules.Parameter;

namespace Microsoft.ML.MedicalSegmentation.Layers;

/// <summary>A rectifier with a learned slope below zero.</summary>
/// <param name="slopes">One slope for all channels, or one per channel.</param>
/// <param name="initial">The slopes at the start.</param>
/// <remarks>He et al. 2015, https://arxiv.org/abs/1502.01852.</remarks>
public sealed class PRelu(long slopes = 1, double initial = 0.25) : Layer
{
    private readonly Parameter weight = WeightInitializer.Constant(initial, slopes);

    /// <summary>[N, C, S] -> the same.</summary>
    public TensorExpression Forward(TensorExpression input) => input.PRelu(weight);
}
