using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;

/// <summary>ECA: each channel is weighted by what the means of its few neighbouring channels say.</summary>
/// <param name="channels">C.</param>
/// <param name="options">Kernel: by default (log2(C) + 1) / 2 rounded down, and then up to an odd number, as in the authors' code.</param>
/// <remarks>
/// Starts with PyTorch's default weights, so every channel weighs about a half. Wang et al. 2020, https://arxiv.org/abs/1910.03151.
/// </remarks>
internal sealed class EfficientChannelAttention(long channels, AttentionBlockOptions options) : AttentionBlock
{
    private readonly Convolution alongChannels = new(
        1, 1, 1, KernelSize(channels, options), padding: KernelSize(channels, options) / 2, bias: false);

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var means = input.Flatten(2).Mean([-1]).Reshape(-1, 1, channels);
        var weights = alongChannels.Forward(means).Sigmoid();
        return scope.Keep(input * weights.Reshape([-1, channels, .. input.Shape.Spatial.Select(_ => 1L)]));
    }

    private static int KernelSize(long channels, AttentionBlockOptions options) =>
        options.Kernel ?? ((int)((Math.Log2(channels) + 1) / 2) | 1);
}
