using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;

namespace Microsoft.ML.MedicalSegmentation.Networks.ResNets;

/// <summary>
/// A residual block: two convolutions, or three as a bottleneck, with norms, an attention block after the last norm, and the addition of
/// the input.
/// </summary>
/// <param name="options">Valid options.</param>
/// <param name="inputs">Channels that come in.</param>
/// <param name="stage">The stage, from 0.</param>
/// <param name="stride">Step of the first 3x3 convolution.</param>
/// <remarks>
/// Field names are those of torchvision's networks, which are the names of published weights. The stride is that of the 3x3 convolution in
/// a bottleneck, as there, not that of the first 1x1 convolution, as in the paper.
/// </remarks>
internal sealed class ResNetBlock(ResNetOptions options, long inputs, int stage, int stride) : Layer
{
    private readonly Convolution conv1 = options.HasBottlenecks
        ? new(options.SpatialDims, inputs, options.Features(stage) / 4, kernel: 1, bias: false)
        : new(options.SpatialDims, inputs, options.Features(stage), kernel: 3, stride, padding: 1, bias: false);

    private readonly BatchNorm bn1 = new(Inner(options, stage));

    private readonly Convolution conv2 = new(
        options.SpatialDims,
        Inner(options, stage),
        Inner(options, stage),
        kernel: 3,
        options.HasBottlenecks ? stride : 1,
        padding: 1,
        bias: false
    );

    private readonly BatchNorm bn2 = new(Inner(options, stage));

    private readonly Convolution? conv3 = options.HasBottlenecks
        ? new(options.SpatialDims, Inner(options, stage), options.Features(stage), kernel: 1, bias: false)
        : null;

    private readonly BatchNorm? bn3 = options.HasBottlenecks ? new(options.Features(stage)) : null;
    private readonly AttentionBlock? attention = options.MakeAttentionOfBlock(options.Features(stage));
    private readonly Layer[]? downsample =
        stride != 1 || inputs != options.Features(stage)
            ?
            [
                new Convolution(options.SpatialDims, inputs, options.Features(stage), kernel: 1, stride, bias: false),
                new BatchNorm(options.Features(stage)),
            ]
            : null;

    /// <summary>[N, inputs, S] -> [N, features of the stage, S / stride], rounded up.</summary>
    public TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var features = bn2.Forward(conv2.Forward(bn1.Forward(conv1.Forward(input)).Relu()));
        if (conv3 is not null && bn3 is not null)
        {
            features = bn3.Forward(conv3.Forward(features.Relu()));
        }

        return scope.Keep(((attention?.Forward(features) ?? features) + Shortcut(input)).Relu());
    }

    private TensorExpression Shortcut(TensorExpression input) =>
        downsample is [Convolution projection, BatchNorm norm] ? norm.Forward(projection.Forward(input)) : input;

    private static long Inner(ResNetOptions options, int stage) => options.Features(stage) / (options.HasBottlenecks ? 4 : 1);
}
