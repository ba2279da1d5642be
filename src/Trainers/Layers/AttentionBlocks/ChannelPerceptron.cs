using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;

/// <summary>Two layers over the channels of pooled features, with a ReLU between them.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="channels">Channels that come in and go out.</param>
/// <param name="innerChannels">Channels between the two.</param>
internal sealed class ChannelPerceptron(int spatialDims, long channels, long innerChannels) : Layer
{
    private readonly Convolution squeeze = new(spatialDims, channels, innerChannels, kernel: 1);
    private readonly Convolution excite = new(spatialDims, innerChannels, channels, kernel: 1);

    /// <summary>[N, channels, S] -> the same, each position by itself.</summary>
    public TensorExpression Forward(TensorExpression input) => excite.Forward(squeeze.Forward(input).Relu());
}
