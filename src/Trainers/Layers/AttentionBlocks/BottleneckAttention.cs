namespace Microsoft.ML.MedicalSegmentation;

/// <summary>BAM: weights of channels, from their means, and of positions, from dilated convolutions, are joined into one map that raises features.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="channels">C.</param>
/// <param name="options">Reduction: 16 by default; Dilation: 4 by default.</param>
/// <remarks>
/// y = x (1 + sigmoid(channels + positions)); PyTorch's default weights, so features start about half as large again.
/// Park et al. 2018, https://arxiv.org/abs/1807.06514.
/// Differs: layer norm and instance norm where the paper has batch norm, which batches of one or two volumes do not bear; they stand
/// before the rectifiers, as in the authors' code, and the sum of both branches is the paper's, where the code multiplies.
/// </remarks>
public sealed class BottleneckAttention(int spatialDims, long channels, AttentionBlockOptions options) : AttentionBlock
{
    private readonly Linear squeeze = new(channels, options.Inner(channels, byDefault: 16));
    private readonly LayerNorm squeezeNorm = new(options.Inner(channels, byDefault: 16));
    private readonly Linear excite = new(options.Inner(channels, byDefault: 16), channels);
    private readonly Convolution reduction = new(spatialDims, channels, options.Inner(channels, byDefault: 16), kernel: 1);
    private readonly Convolution[] surroundings = [Dilated(spatialDims, channels, options), Dilated(spatialDims, channels, options)];
    private readonly InstanceNorm[] norms = [.. Enumerable.Range(0, 3).Select(_ => new InstanceNorm(options.Inner(channels, byDefault: 16), affine: true))];
    private readonly Convolution score = new(spatialDims, options.Inner(channels, byDefault: 16), 1, kernel: 1);

    /// <inheritdoc/>
    public override Value Forward(Value input)
    {
        using var scope = input.OpenScope();
        var weights = (OfChannels(input) + OfPositions(input)).Sigmoid().Shown(this, "relevance");
        weights.ShowMap(this, "relevance", () => weights.Mean([1], keepDimensions: true));
        return scope.Keep(input * (weights + 1));
    }

    private Value OfChannels(Value input)
    {
        var means = input.Flatten(2).Mean([-1]); // [N, C]
        var weights = excite.Forward(squeezeNorm.Forward(squeeze.Forward(means)).Relu());
        return weights.Reshape([-1, channels, .. Enumerable.Repeat(1L, spatialDims)]);
    }

    private Value OfPositions(Value input)
    {
        var features = norms[0].Forward(reduction.Forward(input)).Relu();
        features = norms[1].Forward(surroundings[0].Forward(features)).Relu();
        return score.Forward(norms[2].Forward(surroundings[1].Forward(features)).Relu());
    }

    private static Convolution Dilated(int spatialDims, long channels, AttentionBlockOptions options)
    {
        var (inner, dilation) = (options.Inner(channels, byDefault: 16), options.Dilation ?? 4);
        return new(spatialDims, inner, inner, kernel: 3, padding: dilation, dilation: dilation);
    }
}
