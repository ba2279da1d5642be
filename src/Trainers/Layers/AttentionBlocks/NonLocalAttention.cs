using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers.SelfAttention;

namespace Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;

/// <summary>
/// Non-local attention: each position gathers the features of all others, weighted by likeness, and adds them to its own.
/// </summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="channels">C.</param>
/// <param name="options">Reduction: 2 by default; Subsampling: 1 by default.</param>
/// <remarks>
/// The norm of the output starts at 0, so the block starts as the identity. Memory grows with the square of the positions.
/// Wang et al. 2018, https://arxiv.org/abs/1711.07971, the embedded Gaussian form.
/// </remarks>
internal sealed class NonLocalAttention(int spatialDims, long channels, AttentionBlockOptions options) : AttentionBlock
{
    private readonly NonLocalBlock block = WeightInitializer.Zeroed(
        new NonLocalBlock(spatialDims, channels, options.Inner(channels, byDefault: 2), options.Subsampling), "output.norm.");

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression input) => block.Forward(input);
}
