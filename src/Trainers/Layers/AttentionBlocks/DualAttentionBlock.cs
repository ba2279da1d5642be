using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers.SelfAttention;

namespace Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;

/// <summary>Dual attention: the position and the channel attention of DANet side by side, both added to the input.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="channels">C.</param>
/// <remarks>
/// Starts as the identity. Memory grows with the square of the positions. Fu et al. 2019, https://arxiv.org/abs/1809.02983.
/// Differs: without the convolutions before and after each attention, which are part of the network's head.
/// </remarks>
internal sealed class DualAttentionBlock(int spatialDims, long channels) : AttentionBlock
{
    private readonly PositionAttention positionAttention = new(spatialDims, channels);
    private readonly ChannelAttention channelAttention = new();

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        return scope.Keep(positionAttention.Forward(input) + channelAttention.Forward(input) - input);
    }
}
