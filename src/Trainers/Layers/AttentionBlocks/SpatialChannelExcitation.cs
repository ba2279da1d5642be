using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;

/// <summary>scSE: features weighted by channel (squeeze and excitation) plus features weighted by position.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="channels">C.</param>
/// <param name="options">Reduction: 2 by default.</param>
/// <remarks>
/// y = x sigmoid(W2 relu(W1 mean(x))) + x sigmoid(Ws x). Starts with PyTorch's default weights, so both terms are about half of x.
/// Roy et al. 2018, https://arxiv.org/abs/1803.02579. Differs: both branches are added, as there; the authors' code takes their
/// maximum (<see cref="AttentionBlockOptions.Strict"/>).
/// </remarks>
internal sealed class SpatialChannelExcitation(int spatialDims, long channels, AttentionBlockOptions options) : AttentionBlock
{
    private readonly ChannelPerceptron perceptron = new(spatialDims, channels, options.Inner(channels, byDefault: 2));
    private readonly Convolution relevance = new(spatialDims, channels, 1, kernel: 1);

    /// <summary>Our names and those of the authors' code.</summary>
    internal static (string Ours, string Original)[] OriginalNames { get; } =
    [
        ("perceptron.squeeze", "cSE.fc1"),
        ("perceptron.excite", "cSE.fc2"),
        ("relevance", "sSE.conv"),
    ];

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var channelWeights = perceptron.Forward(input.GlobalAveragePool()).Sigmoid();
        var positionWeights = relevance.Forward(input).Sigmoid().Shown(this, "relevance");
        positionWeights.ShowMap(this, "relevance", () => positionWeights);
        var (byChannel, byPosition) = (input * channelWeights, input * positionWeights);
        return scope.Keep(byPosition + (options.Strict ? (byChannel - byPosition).Relu() : byChannel)); // b + relu(a - b) is the larger one
    }
}
