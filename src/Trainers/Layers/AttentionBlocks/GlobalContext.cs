using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;

/// <summary>Global context: one weighted mean over all positions is transformed and added to every position.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="channels">C.</param>
/// <param name="options">Reduction: 16 by default.</param>
/// <remarks>
/// y = x + W2 relu(LN(W1 sum(softmax(Wk x) x))). W2 starts at 0, so the block starts as the identity.
/// Cao et al. 2019, https://arxiv.org/abs/1904.11492.
/// </remarks>
internal sealed class GlobalContext(int spatialDims, long channels, AttentionBlockOptions options) : AttentionBlock
{
    private readonly Convolution score = new(spatialDims, channels, 1, kernel: 1);
    private readonly Linear squeeze = new(channels, options.Inner(channels, byDefault: 16));
    private readonly LayerNorm norm = new(options.Inner(channels, byDefault: 16));
    private readonly Linear excite = WeightInitializer.Zeroed(new Linear(options.Inner(channels, byDefault: 16), channels));

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var weights = score.Forward(input).Flatten(2).Softmax(-1).Reshape([-1, 1, .. input.Shape.Spatial]).Shown(this, "attention");
        // The map is 1 on average.
        weights.ShowMap(this, "attention", () => weights * weights.Shape.Spatial.Aggregate(1.0, (product, side) => product * side));
        var context = weights.Flatten(2).MatMul(input.Flatten(2).Transpose(1, 2)); // [N, 1, C]
        var addition = excite.Forward(norm.Forward(squeeze.Forward(context)).Relu());
        return scope.Keep(input + addition.Reshape([-1, channels, .. Enumerable.Repeat(1L, spatialDims)]));
    }
}
