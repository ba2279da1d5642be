using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;

/// <summary>
/// Project and excite: features are projected on each spatial axis, and the projections together say what each position of each channel
/// weighs.
/// </summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="channels">C.</param>
/// <param name="options">Reduction: 2 by default.</param>
/// <remarks>
/// A projection is the mean over all other axes. Starts with PyTorch's default weights, so everything weighs about a half.
/// Rickmann et al. 2019, https://arxiv.org/abs/1906.04649; in 2D the same with two axes.
/// </remarks>
internal sealed class ProjectExcite(int spatialDims, long channels, AttentionBlockOptions options) : AttentionBlock
{
    private readonly ChannelPerceptron perceptron = new(spatialDims, channels, options.Inner(channels, byDefault: 2));

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        int[] axes = [.. Enumerable.Range(2, spatialDims)];
        var projections = axes.Select(axis => input.Mean([.. axes.Where(other => other != axis)], keepDimensions: true));
        var weights = perceptron.Forward(projections.Aggregate((sum, projection) => sum + projection)).Sigmoid();
        return scope.Keep(input * weights);
    }
}
