using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;

namespace Microsoft.ML.MedicalSegmentation.Networks.CANets;

/// <summary>CA-Net's decoder block: convolutions between which channels are weighted by their mean and by their largest value.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="inputs">Channels that come in.</param>
/// <param name="outputs">Channels that go out; twice as many are weighted.</param>
/// <remarks>Gu et al. 2020, https://arxiv.org/abs/2009.10549, figure 4. One small network weights by mean and by maximum.</remarks>
internal sealed class ChannelWeightedBlock(int spatialDims, long inputs, long outputs) : Layer
{
    private readonly ConvolutionUnit narrow = new(spatialDims, inputs, outputs, kernel: 3, bias: false);
    private readonly ConvolutionUnit widen = new(spatialDims, outputs, 2 * outputs, kernel: 3, bias: false, rectified: false);
    private readonly Linear squeeze = new(2 * outputs, Math.Max(1, outputs / 2));
    private readonly Linear excite = new(Math.Max(1, outputs / 2), 2 * outputs);
    private readonly ConvolutionUnit shortcut = new(spatialDims, inputs, 2 * outputs, kernel: 1, bias: false, rectified: false);
    private readonly ConvolutionUnit join = new(spatialDims, 2 * outputs, outputs, kernel: 3, bias: false);

    /// <summary>Our names and those of the authors' code.</summary>
    internal static (string Ours, string Original)[] OriginalNames { get; } =
    [
        ("narrow.convolution", "conv1"),
        ("narrow.norm", "bn1"),
        ("widen.convolution", "conv2"),
        ("widen.norm", "bn2"),
        ("join.convolution", "conv3"),
        ("join.norm", "bn3"),
        ("squeeze", "fc1"),
        ("excite", "fc2"),
        ("shortcut.convolution", "downchannel.0"),
        ("shortcut.norm", "downchannel.1"),
    ];

    /// <summary>[N, inputs, S] -> [N, outputs, S].</summary>
    public TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var features = widen.Forward(narrow.Forward(input));
        var weights = Weigh(features.GlobalAveragePool()) + Weigh(features.GlobalMaxPool());
        return scope.Keep(join.Forward(((features * weights) + shortcut.Forward(input)).Relu()));
    }

    private TensorExpression Weigh(TensorExpression pooled)
    {
        long[] ones = Array.ConvertAll(pooled.Shape.Spatial, _ => 1L);
        return excite.Forward(squeeze.Forward(pooled.Flatten(1)).Relu()).Sigmoid().Reshape([-1, 2 * outputs, .. ones]);
    }
}
