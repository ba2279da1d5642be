using Microsoft.ML.MedicalSegmentation.Expressions;
using Parameter = TorchSharp.Modules.Parameter;

namespace Microsoft.ML.MedicalSegmentation.Layers.SelfAttention;

/// <summary>Position attention: each position gathers the features of the positions that resemble it, wherever they lie.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="channels">C; queries and keys have an eighth of it.</param>
/// <remarks>
/// Time and memory grow with the square of the positions. The weights are not scaled by the width. The layer starts as the identity.
/// Fu et al. 2019, Dual Attention Network for Scene Segmentation, https://arxiv.org/abs/1809.02983 (PAM).
/// </remarks>
internal sealed class PositionAttention(int spatialDims, long channels) : Layer
{
    private readonly Convolution query = new(spatialDims, channels, Math.Max(1, channels / 8), kernel: 1);
    private readonly Convolution key = new(spatialDims, channels, Math.Max(1, channels / 8), kernel: 1);
    private readonly Convolution value = new(spatialDims, channels, channels, kernel: 1);
    private readonly Parameter gamma = WeightInitializer.Constant(0, 1);

    /// <summary>Our names and those of the authors' code.</summary>
    internal static (string Ours, string Original)[] OriginalNames { get; } =
    [
        ("query", "query_conv"),
        ("key", "key_conv"),
        ("value", "value_conv"),
    ];

    /// <summary>[N, channels, S] -> the same.</summary>
    /// <exception cref="ArgumentException">The channels or the number of axes differ.</exception>
    public TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var queries = query.Forward(input).Flatten(2).Transpose(1, 2);
        var weights = queries.MatMul(key.Forward(input).Flatten(2)).Softmax(-1).Shown(this, "attention"); // [N, positions, positions]
        weights.ShowMap(this, "attention", () => AttentionReceived.OverGrid(weights, input.Shape.Spatial));
        // Weights first: the gradient of their softmax then has the order of the weights, and none of their size is copied.
        var gathered = weights.MatMul(value.Forward(input).Flatten(2).Transpose(1, 2)).Transpose(1, 2);
        return scope.Keep((gamma * gathered.Reshape([-1, channels, .. input.Shape.Spatial])) + input);
    }
}
