using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;

namespace Microsoft.ML.MedicalSegmentation.Networks.MultiScaleDualAttentionNets;

/// <summary>A small encoder and decoder whose latent code says what the features mean, and whose result guides the attention.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="channels">Channels that come in and go out; the code has four times as many.</param>
/// <remarks>Sinha and Dolz 2021, https://arxiv.org/abs/1906.02849, section III-C.</remarks>
internal sealed class SemanticModule(int spatialDims, long channels) : Layer
{
    private readonly ConvolutionBlock[] encoders =
        [new(spatialDims, channels, 2 * channels), new(spatialDims, 2 * channels, 4 * channels)];

    private readonly ConvolutionBlock[] decoders =
        [new(spatialDims, 2 * channels, channels), new(spatialDims, 4 * channels, 2 * channels)];

    private readonly TransposedConvolution[] upsampling =
    [
        new(spatialDims, channels, channels, kernel: 2, stride: 2),
        new(spatialDims, 2 * channels, 2 * channels, kernel: 2, stride: 2),
    ];

    /// <summary>Our names and those of the authors' code.</summary>
    internal static (string Ours, string Original)[] OriginalNames { get; } =
    [
        .. Enumerable.Range(0, 2).SelectMany(at => new (string, string)[]
        {
            ($"encoders.{at}", $"enc{at + 1}.encode"),
            ($"decoders.{at}", $"dec{at + 1}.decode"),
            ($"upsampling.{at}", $"dec{at + 1}.decode.6"),
        }),
        ("first.convolution", "0"),
        ("first.norm", "1"),
        ("second.convolution", "3"),
        ("second.norm", "4"),
    ];

    /// <summary>
    /// [N, channels, S] -> the code [N, 4 x channels, S / 4] and the decoded features [N, channels, S]; S is at least 4, and odd sides are
    /// enlarged linearly.
    /// </summary>
    public (TensorExpression Code, TensorExpression Decoded) Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var half = encoders[0].Forward(input).MaxPool(2);
        var code = encoders[1].Forward(half).MaxPool(2);
        var coarse = upsampling[1].Forward(decoders[1].Forward(code)).ResizeLinear(half.Shape.Spatial);
        var decoded = upsampling[0].Forward(decoders[0].Forward(coarse)).ResizeLinear(input.Shape.Spatial);
        return (scope.Keep(code), scope.Keep(decoded));
    }
}
