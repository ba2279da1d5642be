using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers;

/// <summary>Two 3x3 convolutions with norms, around which a residual connection runs.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="inputs">Channels that come in.</param>
/// <param name="outputs">Channels that go out; where they differ, the residual passes a 1x1 convolution and a norm.</param>
/// <param name="instanceNorm">Whether the norms are instance norms without scale and shift, instead of batch norms.</param>
/// <remarks>
/// He et al. 2016, https://arxiv.org/abs/1512.03385, with leaky rectifiers (slope 0.01) and convolutions without bias, as UNETR++ and MONAI
/// have it.
/// </remarks>
internal sealed class ResidualConvolutionBlock(int spatialDims, long inputs, long outputs, bool instanceNorm = false) : Layer
{
    private readonly Convolution firstConvolution = new(spatialDims, inputs, outputs, kernel: 3, padding: 1, bias: false);
    private readonly Layer firstNorm = MakeNorm(outputs, instanceNorm);
    private readonly Convolution secondConvolution = new(spatialDims, outputs, outputs, kernel: 3, padding: 1, bias: false);
    private readonly Layer secondNorm = MakeNorm(outputs, instanceNorm);

    private readonly Convolution? shortcutConvolution =
        inputs != outputs ? new(spatialDims, inputs, outputs, kernel: 1, bias: false) : null;

    private readonly Layer? shortcutNorm = inputs != outputs ? MakeNorm(outputs, instanceNorm) : null;

    /// <summary>Our names and those of the authors' code.</summary>
    internal static (string Ours, string Original)[] OriginalNames { get; } =
    [
        ("firstConvolution", "conv1.conv"),
        ("secondConvolution", "conv2.conv"),
        ("shortcutConvolution", "conv3.conv"),
        ("firstNorm", "norm1"),
        ("secondNorm", "norm2"),
        ("shortcutNorm", "norm3"),
    ];

    /// <summary>[N, inputs, S] -> [N, outputs, S].</summary>
    /// <exception cref="ArgumentException">The channels differ from the constructor's.</exception>
    public TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var inner = Normalize(firstNorm, firstConvolution.Forward(input)).LeakyRelu();
        inner = Normalize(secondNorm, secondConvolution.Forward(inner));
        var residual = shortcutConvolution is null || shortcutNorm is null
            ? input
            : Normalize(shortcutNorm, shortcutConvolution.Forward(input));
        return scope.Keep((inner + residual).LeakyRelu());
    }

    private static Layer MakeNorm(long channels, bool instanceNorm) =>
        instanceNorm ? new InstanceNorm(channels) : new BatchNorm(channels);

    private static TensorExpression Normalize(Layer norm, TensorExpression input) =>
        norm is InstanceNorm instance ? instance.Forward(input) : ((BatchNorm)norm).Forward(input);
}
