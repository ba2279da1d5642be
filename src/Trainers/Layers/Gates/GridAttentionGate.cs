using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers.Gates;

/// <summary>
/// The attention gate of the Attention U-Net: relevance computed on a coarser grid than the skip connection's.
/// </summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="skipChannels">C, channels of the skip connection.</param>
/// <param name="gatingChannels">G, channels of the gating signal.</param>
/// <param name="innerChannels">Channels in which both meet.</param>
/// <param name="subsampling">How many voxels of the skip connection one weight serves; 2 if null.</param>
/// <param name="skipBias">Whether the projection of the skip connection has a bias.</param>
/// <param name="activation">How the weights are formed.</param>
/// <remarks>
/// Oktay et al. 2018, https://arxiv.org/abs/1804.03999, eq. 1 and 2.
/// Differs, as the authors' code does: the projection of the skip connection has the size of its stride, and a convolution with
/// batch norm follows the product.
/// </remarks>
internal sealed class GridAttentionGate(
    int spatialDims,
    long skipChannels,
    long gatingChannels,
    long innerChannels,
    PerAxis? subsampling = null,
    bool skipBias = false,
    GateActivation activation = GateActivation.Sigmoid) : SkipGate
{
    // W_x, W_g and psi in the paper; theta and phi in its code.
    private readonly Convolution skipProjection = new(
        spatialDims, skipChannels, innerChannels, subsampling ?? 2, stride: subsampling ?? 2, bias: skipBias);

    private readonly Convolution gatingProjection = new(spatialDims, gatingChannels, innerChannels, kernel: 1);
    private readonly Convolution score = new(spatialDims, innerChannels, 1, kernel: 1);
    private readonly ConvolutionUnit output = new(spatialDims, skipChannels, skipChannels, kernel: 1, rectified: false);

    /// <summary>Our names and those of the authors' code.</summary>
    internal static (string Ours, string Original)[] OriginalNames { get; } =
    [
        ("skipProjection", "theta"),
        ("gatingProjection", "phi"),
        ("score", "psi"),
        ("output.convolution", "W.0"),
        ("output.norm", "W.1"),
    ];

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression skip, TensorExpression gating)
    {
        using var scope = skip.OpenScope();
        var relevance = Relevance(skip, gating).ResizeLinear(skip.Shape.Spatial).Shown(this, "relevance"); // alpha in the paper
        relevance.ShowMap(this, "relevance", () => relevance);
        return scope.Keep(output.Forward(skip * relevance));
    }

    private TensorExpression Relevance(TensorExpression skip, TensorExpression gating)
    {
        var query = skipProjection.Forward(skip);
        var sum = query + gatingProjection.Forward(gating).ResizeLinear(query.Shape.Spatial);
        var scores = score.Forward(activation == GateActivation.SoftplusSigmoid ? sum.Softplus() : sum.Relu());
        return activation == GateActivation.SpatialSoftmax
            ? scores.Flatten(2).Softmax(-1).Reshape([-1, 1, .. scores.Shape.Spatial])
            : scores.Sigmoid();
    }
}
