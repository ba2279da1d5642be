using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;

/// <summary>
/// BAM: weights of channels, from their means, and of positions, from dilated convolutions, are joined into one map that raises features.
/// </summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="channels">C.</param>
/// <param name="options">Reduction: 16 by default; Dilation: 4 by default.</param>
/// <remarks>
/// y = x (1 + sigmoid(channels + positions)); PyTorch's default weights, so features start about half as large again.
/// Park et al. 2018, https://arxiv.org/abs/1807.06514.
/// Differs: layer norm and instance norm where the paper has batch norm, which batches of one or two volumes do not bear; they stand
/// before the rectifiers, as in the authors' code, and the sum of both branches is the paper's, where the code multiplies.
/// <see cref="AttentionBlockOptions.Strict"/> follows the code.
/// </remarks>
internal sealed class BottleneckAttention(int spatialDims, long channels, AttentionBlockOptions options) : AttentionBlock
{
    private readonly Linear squeeze = new(channels, options.Inner(channels, byDefault: 16));
    private readonly Layer squeezeNorm = options.Strict
        ? new BatchNorm(options.Inner(channels, byDefault: 16))
        : new LayerNorm(options.Inner(channels, byDefault: 16));

    private readonly Linear excite = new(options.Inner(channels, byDefault: 16), channels);
    private readonly Convolution reduction = new(spatialDims, channels, options.Inner(channels, byDefault: 16), kernel: 1);
    private readonly Convolution[] surroundings = [Dilated(spatialDims, channels, options), Dilated(spatialDims, channels, options)];
    private readonly Layer[] norms = [.. Enumerable.Range(0, 3).Select(_ => MakeNorm(channels, options))];
    private readonly Convolution score = new(spatialDims, options.Inner(channels, byDefault: 16), 1, kernel: 1);

    /// <summary>Our names and those of the authors' code.</summary>
    internal static (string Ours, string Original)[] OriginalNames { get; } =
    [
        ("squeeze", "channel_att.gate_c.gate_c_fc_0"),
        ("squeezeNorm", "channel_att.gate_c.gate_c_bn_1"),
        ("excite", "channel_att.gate_c.gate_c_fc_final"),
        ("reduction", "spatial_att.gate_s.gate_s_conv_reduce0"),
        ("norms.0", "spatial_att.gate_s.gate_s_bn_reduce0"),
        ("surroundings.0", "spatial_att.gate_s.gate_s_conv_di_0"),
        ("norms.1", "spatial_att.gate_s.gate_s_bn_di_0"),
        ("surroundings.1", "spatial_att.gate_s.gate_s_conv_di_1"),
        ("norms.2", "spatial_att.gate_s.gate_s_bn_di_1"),
        ("score", "spatial_att.gate_s.gate_s_conv_final"),
    ];

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var (byChannel, byPosition) = (OfChannels(input), OfPositions(input));
        var weights = (options.Strict ? byChannel * byPosition : byChannel + byPosition).Sigmoid().Shown(this, "relevance");
        weights.ShowMap(this, "relevance", () => weights.Mean([1], keepDimensions: true));
        return scope.Keep(input * (weights + 1));
    }

    private TensorExpression OfChannels(TensorExpression input)
    {
        var means = input.Flatten(2).Mean([-1]); // [N, C]
        var weights = excite.Forward(Normalize(squeezeNorm, squeeze.Forward(means)).Relu());
        return weights.Reshape([-1, channels, .. Enumerable.Repeat(1L, spatialDims)]);
    }

    private TensorExpression OfPositions(TensorExpression input)
    {
        var features = Normalize(norms[0], reduction.Forward(input)).Relu();
        features = Normalize(norms[1], surroundings[0].Forward(features)).Relu();
        return score.Forward(Normalize(norms[2], surroundings[1].Forward(features)).Relu());
    }

    private static Layer MakeNorm(long channels, AttentionBlockOptions options)
    {
        var inner = options.Inner(channels, byDefault: 16);
        return options.Strict ? new BatchNorm(inner) : new InstanceNorm(inner, affine: true);
    }

    private static TensorExpression Normalize(Layer norm, TensorExpression input) => norm switch
    {
        BatchNorm batch => batch.Forward(input),
        LayerNorm layer => layer.Forward(input),
        _ => ((InstanceNorm)norm).Forward(input),
    };

    private static Convolution Dilated(int spatialDims, long channels, AttentionBlockOptions options)
    {
        var (inner, dilation) = (options.Inner(channels, byDefault: 16), options.Dilation ?? 4);
        return new(spatialDims, inner, inner, kernel: 3, padding: dilation, dilation: dilation);
    }
}
