namespace Microsoft.ML.MedicalSegmentation;

/// <summary>CBAM: channels are weighted by their means and maxima, then positions by the mean and maximum over the channels around them.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="channels">C.</param>
/// <param name="options">Reduction: 16 by default; Kernel: 7 by default.</param>
/// <remarks>
/// Starts with PyTorch's default weights, so everything weighs about a quarter. Woo et al. 2018, https://arxiv.org/abs/1807.06521.
/// Differs: no batch norm after the spatial convolution, which has a bias instead, as in the paper and unlike the authors' code.
/// </remarks>
public sealed class ConvolutionalBlockAttention(int spatialDims, long channels, AttentionBlockOptions options) : AttentionBlock
{
    private readonly ChannelPerceptron perceptron = new(spatialDims, channels, options.Inner(channels, byDefault: 16));
    private readonly Convolution relevance = new(spatialDims, 2, 1, options.Kernel ?? 7, padding: (options.Kernel ?? 7) / 2);

    /// <inheritdoc/>
    public override Value Forward(Value input)
    {
        using var scope = input.OpenScope();
        var weights = perceptron.Forward(input.GlobalAveragePool()) + perceptron.Forward(input.GlobalMaxPool());
        var weighted = input * weights.Sigmoid();
        var summary = Value.Concat(1, weighted.Mean([1], keepDimensions: true), weighted.Max([1], keepDimensions: true));
        var positionWeights = relevance.Forward(summary).Sigmoid().Shown(this, "relevance");
        positionWeights.ShowMap(this, "relevance", () => positionWeights);
        return scope.Keep(weighted * positionWeights);
    }
}
