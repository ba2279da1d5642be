using Microsoft.ML.MedicalSegmentation.Expressions;
using Parameter = TorchSharp.Modules.Parameter;

namespace Microsoft.ML.MedicalSegmentation.Layers.Paired;

/// <summary>The transformer block of UNETR++: learned positions, paired attention, and convolutions around which a residual runs.</summary>
/// <param name="channels">C.</param>
/// <param name="grid">Depth, height and width of the volumes; the weights depend on their product.</param>
/// <param name="projected">Tokens that spatial attention looks at.</param>
/// <param name="convolutions">Residual convolution blocks after the attention, 1 or 2.</param>
/// <param name="options">Heads and forms of the attention.</param>
/// <param name="hasPositions">Whether each token has a learned position.</param>
/// <remarks>Shaker et al. 2024, https://arxiv.org/abs/2212.04497, and the authors' TransformerBlock.</remarks>
internal sealed class PairedAttentionBlock(
    long channels, long[] grid, long projected, int convolutions, PairedAttentionOptions options, bool hasPositions = true) : Layer
{
    private readonly Parameter scale = WeightInitializer.Constant(1e-6, channels);
    private readonly Parameter? positions = hasPositions ? WeightInitializer.Constant(0, 1, Tokens(grid), channels) : null;
    private readonly LayerNorm norm = new(channels);
    private readonly EfficientPairedAttention attention = new(channels, Tokens(grid), projected, options);
    private readonly ResidualConvolutionBlock convolution = new(3, channels, channels);

    private readonly ResidualConvolutionBlock? furtherConvolution = convolutions > 1 ? new(3, channels, channels) : null;

    private readonly Dropout dropout = new(0.1, wholeChannels: true);
    private readonly Convolution output = new(3, channels, channels, kernel: 1);

    /// <summary>Our names and those of the authors' code.</summary>
    internal static (string Ours, string Original)[] OriginalNames { get; } =
    [
        ("scale", "gamma"),
        ("positions", "pos_embed"),
        ("attention", "epa_block"),
        ("convolution", "conv51"),
        ("furtherConvolution", "conv52"),
        ("output", "conv8.1"),
        .. EfficientPairedAttention.OriginalNames,
        .. ResidualConvolutionBlock.OriginalNames,
    ];

    /// <summary>[N, channels, D, H, W] -> the same.</summary>
    /// <exception cref="ArgumentException">The grid or the channels differ from the constructor's.</exception>
    public TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var tokens = input.Flatten(2).Transpose(1, 2);
        tokens = positions is null ? tokens : tokens + positions;
        var attended = (tokens + (scale * attention.Forward(norm.Forward(tokens), grid))).Transpose(1, 2).Reshape([-1, channels, .. grid]);
        var convolved = convolution.Forward(attended);
        convolved = furtherConvolution?.Forward(convolved) ?? convolved;
        return scope.Keep(attended + output.Forward(dropout.Forward(convolved)));
    }

    private static long Tokens(long[] grid) => grid.Aggregate(1L, (product, side) => product * side);
}
