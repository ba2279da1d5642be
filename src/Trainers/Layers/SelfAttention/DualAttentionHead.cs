using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers.SelfAttention;

/// <summary>
/// The head of the dual attention network: position attention and channel attention side by side, each with a prediction, and one of their
/// sum.
/// </summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="inputs">Channels of the features; a quarter of them carry the attention.</param>
/// <param name="classes">Channels of the predictions.</param>
/// <param name="sideOutputs">Whether each attention has a prediction of its own.</param>
/// <remarks>
/// Both attentions start as the identity. Position attention needs memory with the square of the positions.
/// Fu et al. 2019, Dual Attention Network for Scene Segmentation, https://arxiv.org/abs/1809.02983; parameters and names are those of the
/// authors' code.
/// </remarks>
internal sealed class DualAttentionHead(int spatialDims, long inputs, long classes, bool sideOutputs = true) : Layer
{
    private readonly ConvolutionUnit positionEntry = new(spatialDims, inputs, Inner(inputs), kernel: 3, bias: false);
    private readonly ConvolutionUnit channelEntry = new(spatialDims, inputs, Inner(inputs), kernel: 3, bias: false);
    private readonly PositionAttention positionAttention = new(spatialDims, Inner(inputs));
    private readonly ChannelAttention channelAttention = new();
    private readonly ConvolutionUnit positionExit = new(spatialDims, Inner(inputs), Inner(inputs), kernel: 3, bias: false);
    private readonly ConvolutionUnit channelExit = new(spatialDims, Inner(inputs), Inner(inputs), kernel: 3, bias: false);
    private readonly Dropout dropout = new(0.1, wholeChannels: true);
    private readonly Convolution? positionOutput = sideOutputs ? new(spatialDims, Inner(inputs), classes, kernel: 1) : null;
    private readonly Convolution? channelOutput = sideOutputs ? new(spatialDims, Inner(inputs), classes, kernel: 1) : null;
    private readonly Convolution output = new(spatialDims, Inner(inputs), classes, kernel: 1);

    /// <summary>Our names and those of the authors' code.</summary>
    internal static (string Ours, string Original)[] OriginalNames { get; } =
    [
        ("positionEntry.convolution", "conv5a.0"),
        ("positionEntry.norm", "conv5a.1"),
        ("channelEntry.convolution", "conv5c.0"),
        ("channelEntry.norm", "conv5c.1"),
        ("positionAttention", "sa"),
        ("channelAttention", "sc"),
        ("positionExit.convolution", "conv51.0"),
        ("positionExit.norm", "conv51.1"),
        ("channelExit.convolution", "conv52.0"),
        ("channelExit.norm", "conv52.1"),
        ("positionOutput", "conv6.1"),
        ("channelOutput", "conv7.1"),
        ("output", "conv8.1"),
        .. PositionAttention.OriginalNames,
    ];

    /// <summary>[N, inputs, S] -> the prediction [N, classes, S] of both attentions together.</summary>
    /// <exception cref="ArgumentException">The channels or the number of axes differ.</exception>
    public TensorExpression Forward(TensorExpression features) => ForwardTraining(features)[0];

    /// <summary>
    /// [N, inputs, S] -> predictions [N, classes, S]: of both attentions and, with side outputs, of positions and of channels.
    /// </summary>
    /// <exception cref="ArgumentException">The channels or the number of axes differ.</exception>
    public TensorExpression[] ForwardTraining(TensorExpression features)
    {
        using var scope = features.OpenScope();
        var positions = positionExit.Forward(positionAttention.Forward(positionEntry.Forward(features)));
        var channels = channelExit.Forward(channelAttention.Forward(channelEntry.Forward(features)));
        var prediction = scope.Keep(output.Forward(dropout.Forward(positions + channels)));
        return positionOutput is null || channelOutput is null ? [prediction] :
        [
            prediction,
            scope.Keep(positionOutput.Forward(dropout.Forward(positions))),
            scope.Keep(channelOutput.Forward(dropout.Forward(channels))),
        ];
    }

    private static long Inner(long inputs) => Math.Max(1, inputs / 4);
}
