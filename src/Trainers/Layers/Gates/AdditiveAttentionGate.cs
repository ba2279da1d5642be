using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers.Gates;

/// <summary>
/// The attention gate of the widely copied community form: relevance at the full resolution of the skip connection.
/// </summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="skipChannels">C, channels of the skip connection.</param>
/// <param name="gatingChannels">G, channels of the gating signal, which has the grid of the skip connection.</param>
/// <param name="innerChannels">Channels in which both meet.</param>
/// <remarks>
/// After https://arxiv.org/abs/1804.03999. Differs: no coarser grid, batch norm inside the gate, no output transform.
/// </remarks>
internal sealed class AdditiveAttentionGate(int spatialDims, long skipChannels, long gatingChannels, long innerChannels) : SkipGate
{
    private readonly ConvolutionUnit gatingProjection = new(spatialDims, gatingChannels, innerChannels, kernel: 1, rectified: false);
    private readonly ConvolutionUnit skipProjection = new(spatialDims, skipChannels, innerChannels, kernel: 1, rectified: false);
    private readonly ConvolutionUnit score = new(spatialDims, innerChannels, 1, kernel: 1, rectified: false);

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression skip, TensorExpression gating)
    {
        using var scope = skip.OpenScope();
        var sum = gatingProjection.Forward(gating) + skipProjection.Forward(skip);
        var relevance = score.Forward(sum.Relu()).Sigmoid().Shown(this, "relevance");
        relevance.ShowMap(this, "relevance", () => relevance);
        return scope.Keep(skip * relevance);
    }
}
