using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers;

/// <summary>Two 3x3 convolutions and a 1x1 one, each with batch norm, with learned rectifiers: joins features of several scales.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="inputs">Channels that come in.</param>
/// <param name="outputs">Channels that go out.</param>
/// <param name="softmax">Whether a softmax over the channels ends the block, instead of a rectifier.</param>
/// <remarks>Sinha and Dolz 2021, https://arxiv.org/abs/1906.02849 (the authors' code, MultiConv); TransAttUNet has it too.</remarks>
internal sealed class FusionBlock(int spatialDims, long inputs, long outputs, bool softmax) : Layer
{
    private readonly ConvolutionUnit[] units =
    [
        new(spatialDims, inputs, outputs, kernel: 3, rectified: false),
        new(spatialDims, outputs, outputs, kernel: 3, rectified: false),
        new(spatialDims, outputs, outputs, kernel: 1, rectified: false),
    ];

    private readonly PRelu[] rectifiers = [.. Enumerable.Range(0, softmax ? 2 : 3).Select(_ => new PRelu())];

    /// <summary>Our names and those of the authors' code.</summary>
    internal static (string Ours, string Original)[] OriginalNames { get; } =
    [
        .. Enumerable.Range(0, 3).SelectMany(at => new (string, string)[]
        {
            ($"units.{at}.convolution", $"fuse_attn.{3 * at}"),
            ($"units.{at}.norm", $"fuse_attn.{(3 * at) + 1}"),
            ($"rectifiers.{at}", $"fuse_attn.{(3 * at) + 2}"),
        }),
    ];

    /// <summary>[N, inputs, S] -> [N, outputs, S].</summary>
    /// <exception cref="ArgumentException">The channels or the number of axes differ.</exception>
    public TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var features = input;
        for (var at = 0; at < units.Length; at++)
        {
            features = units[at].Forward(features);
            features = at < rectifiers.Length ? rectifiers[at].Forward(features) : features.Softmax(1);
        }

        return scope.Keep(features);
    }
}
