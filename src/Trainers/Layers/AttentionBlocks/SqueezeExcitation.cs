using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;

/// <summary>Squeeze and excitation: each channel is weighted by what the means of all channels say.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="channels">C.</param>
/// <param name="options">Reduction: 16 by default.</param>
/// <remarks>
/// y = x sigmoid(W2 relu(W1 mean(x))). Starts with PyTorch's default weights, so every channel weighs about a half.
/// Hu et al. 2018, https://arxiv.org/abs/1709.01507.
/// </remarks>
internal sealed class SqueezeExcitation(int spatialDims, long channels, AttentionBlockOptions options) : AttentionBlock
{
    private readonly ChannelPerceptron perceptron = new(spatialDims, channels, options.Inner(channels, byDefault: 16));

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        return scope.Keep(input * perceptron.Forward(input.GlobalAveragePool()).Sigmoid());
    }
}
