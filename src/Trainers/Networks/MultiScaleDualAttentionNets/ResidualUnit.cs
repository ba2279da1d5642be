using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;

namespace Microsoft.ML.MedicalSegmentation.Networks.MultiScaleDualAttentionNets;

/// <summary>Convolutions around which a residual connection runs.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="inputs">Channels that come in.</param>
/// <param name="outputs">Channels that go out.</param>
/// <param name="middle">Channels of a bottleneck's 3x3 convolution; two 3x3 convolutions and no bottleneck if null.</param>
/// <param name="groups">Groups of a bottleneck's 3x3 convolution.</param>
/// <param name="stride">Step of the first 3x3 convolution.</param>
/// <param name="dilation">Distance of the elements of the 3x3 kernels.</param>
internal sealed class ResidualUnit(
    int spatialDims, long inputs, long outputs, long? middle, long groups, int stride, long dilation = 1) : Layer
{
    private readonly ConvolutionUnit[] steps = middle is { } inner
        ? [
            new(spatialDims, inputs, inner, kernel: 1, bias: false),
            new(spatialDims, inner, inner, kernel: 3, stride, bias: false, groups: groups, dilation: dilation),
            new(spatialDims, inner, outputs, kernel: 1, bias: false, rectified: false),
        ]
        : [
            new(spatialDims, inputs, outputs, kernel: 3, stride, bias: false, dilation: dilation),
            new(spatialDims, outputs, outputs, kernel: 3, bias: false, rectified: false, dilation: dilation),
        ];

    private readonly ConvolutionUnit? shortcut = stride != 1 || inputs != outputs
        ? new(spatialDims, inputs, outputs, kernel: 1, stride, bias: false, rectified: false)
        : null;

    /// <summary>Our names and those of torchvision's networks.</summary>
    internal static (string Ours, string Original)[] OriginalNames { get; } =
    [
        .. Enumerable.Range(0, 3).SelectMany(at => new (string, string)[]
        {
            ($"steps.{at}.convolution", $"conv{at + 1}"),
            ($"steps.{at}.norm", $"bn{at + 1}"),
        }),
        ("shortcut.convolution", "downsample.0"),
        ("shortcut.norm", "downsample.1"),
    ];

    /// <summary>[N, inputs, S] -> [N, outputs, S / stride], rounded up.</summary>
    public TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var inner = steps.Aggregate(input, (value, step) => step.Forward(value));
        return scope.Keep((inner + (shortcut?.Forward(input) ?? input)).Relu());
    }
}
