using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Layers.SelfAttention;

namespace Microsoft.ML.MedicalSegmentation.Networks.MultiScaleDualAttentionNets;

/// <summary>Position or channel attention between two convolutions, with learned rectifiers.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="width">Channels that go out; twice as many come in.</param>
/// <param name="ofPositions">Whether positions attend to each other; channels otherwise.</param>
/// <remarks>Sinha and Dolz 2021, https://arxiv.org/abs/1906.02849, after https://arxiv.org/abs/1809.02983.</remarks>
internal sealed class DualAttentionBranch(int spatialDims, long width, bool ofPositions) : Layer
{
    private readonly ConvolutionUnit entry = new(spatialDims, 2 * width, width, kernel: 3, rectified: false);
    private readonly PRelu entryRectifier = new();
    private readonly PositionAttention? positionAttention = ofPositions ? new(spatialDims, width) : null;
    private readonly ChannelAttention? channelAttention = ofPositions ? null : new();
    private readonly ConvolutionUnit exit = new(spatialDims, width, width, kernel: 3, rectified: false);
    private readonly PRelu exitRectifier = new();

    /// <summary>Our names and those of the authors' code.</summary>
    internal static (string Ours, string Original)[] OriginalNames { get; } =
    [
        ("entry.convolution", "attn.0"),
        ("entry.norm", "attn.1"),
        ("entryRectifier", "attn.2"),
        ("positionAttention", "attn.3"),
        ("channelAttention", "attn.3"),
        ("exit.convolution", "attn.4"),
        ("exit.norm", "attn.5"),
        ("exitRectifier", "attn.6"),
        .. PositionAttention.OriginalNames,
    ];

    /// <summary>[N, 2 x width, S] -> [N, width, S].</summary>
    public TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var features = entryRectifier.Forward(entry.Forward(input));
        var attended = positionAttention?.Forward(features) ?? channelAttention?.Forward(features) ?? features;
        return scope.Keep(exitRectifier.Forward(exit.Forward(attended)));
    }
}
