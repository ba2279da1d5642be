using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;

/// <summary>
/// CBAM: channels are weighted by their means and maxima, then positions by the mean and maximum over the channels around them.
/// </summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="channels">C.</param>
/// <param name="options">Reduction: 16 by default; Kernel: 7 by default.</param>
/// <remarks>
/// Starts with PyTorch's default weights, so everything weighs about a quarter. Woo et al. 2018, https://arxiv.org/abs/1807.06521.
/// Differs: no batch norm after the spatial convolution, which has a bias instead, as in the paper and unlike the authors' code, which also
/// puts the maximum before the mean; <see cref="AttentionBlockOptions.Strict"/> follows the code.
/// </remarks>
internal sealed class ConvolutionalBlockAttention(int spatialDims, long channels, AttentionBlockOptions options) : AttentionBlock
{
    private readonly ChannelPerceptron perceptron = new(spatialDims, channels, options.Inner(channels, byDefault: 16));
    private readonly Convolution relevance = new(
        spatialDims, 2, 1, options.Kernel ?? 7, padding: (options.Kernel ?? 7) / 2, bias: !options.Strict);

    private readonly BatchNorm? relevanceNorm = options.Strict ? new(1, momentum: 0.01) : null;

    /// <summary>Our names and those of the authors' code.</summary>
    internal static (string Ours, string Original)[] OriginalNames { get; } =
    [
        ("perceptron.squeeze", "ChannelGate.mlp.1"),
        ("perceptron.excite", "ChannelGate.mlp.3"),
        ("relevance", "SpatialGate.spatial.conv"),
        ("relevanceNorm", "SpatialGate.spatial.bn"),
    ];

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var weights = perceptron.Forward(input.GlobalAveragePool()) + perceptron.Forward(input.GlobalMaxPool());
        var weighted = input * weights.Sigmoid();
        var (mean, largest) = (weighted.Mean([1], keepDimensions: true), weighted.Max([1], keepDimensions: true));
        var summary = relevance.Forward(
            options.Strict ? TensorExpression.Concat(1, largest, mean) : TensorExpression.Concat(1, mean, largest)
        );
        var positionWeights = (relevanceNorm?.Forward(summary) ?? summary).Sigmoid().Shown(this, "relevance");
        positionWeights.ShowMap(this, "relevance", () => positionWeights);
        return scope.Keep(weighted * positionWeights);
    }
}
