using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;

namespace Microsoft.ML.MedicalSegmentation.Networks.MultiScaleDualAttentionNets;

/// <summary>
/// A residual network without its classifier: features at a quarter, an eighth, a sixteenth and a thirty-second of the resolution.
/// </summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="inputs">Channels of the image.</param>
/// <param name="width">Channels of the stem; 64 in the papers.</param>
/// <param name="form">Which network.</param>
/// <param name="outputStride">The coarsest grid; stages that would go beyond it are dilated instead.</param>
/// <param name="deepStem">Whether three 3x3 convolutions, the last twice as wide, stand for the 7x7 convolution.</param>
/// <param name="multiGrid">Dilations of the blocks of the last stage, taken in turn; those of the output stride if null.</param>
/// <remarks>He et al. 2016, https://arxiv.org/abs/1512.03385; Xie et al. 2017 (ResNeXt), https://arxiv.org/abs/1611.05431.</remarks>
internal sealed class ResidualEncoder(
    int spatialDims,
    long inputs,
    long width,
    ResidualEncoderForm form,
    int outputStride = 32,
    bool deepStem = false,
    IReadOnlyList<int>? multiGrid = null) : Layer
{
    private readonly ConvolutionUnit[] deep = deepStem
        ? [
            new(spatialDims, inputs, width, kernel: 3, stride: 2, bias: false),
            new(spatialDims, width, width, kernel: 3, bias: false),
        ]
        : [];

    private readonly ConvolutionUnit stem = deepStem
        ? new(spatialDims, width, 2 * width, kernel: 3, bias: false)
        : new(spatialDims, inputs, width, kernel: 7, stride: 2, bias: false);

    private readonly ResidualUnit[][] stages = [.. Enumerable.Range(0, 4).Select(stage => MakeStage(
        spatialDims, width, deepStem ? 2 * width : width, form, stage, outputStride, stage == 3 ? multiGrid : null))];

    /// <summary>Our names and those of torchvision's networks.</summary>
    internal static (string Ours, string Original)[] OriginalNames { get; } =
    [
        ("stem.convolution", "layer0.0"),
        ("stem.norm", "layer0.1"),
        ("stages.0", "layer1.1"),
        ("stages.1", "layer2"),
        ("stages.2", "layer3"),
        ("stages.3", "layer4"),
        .. ResidualUnit.OriginalNames,
    ];

    /// <summary>Channels of a stage, the finest being 0.</summary>
    public static long Channels(long width, ResidualEncoderForm form, int stage) => (width << stage) * Expansion(form);

    /// <summary>
    /// [N, inputs, S] -> four values [N, Channels(stage), S / 4, S / 8, S / 16, S / 32], rounded up; none coarser than the output stride.
    /// </summary>
    public TensorExpression[] Forward(TensorExpression image)
    {
        var scales = new TensorExpression[stages.Length];
        var features = stem.Forward(deep.Aggregate(image, (value, unit) => unit.Forward(value))).MaxPool(3, stride: 2, padding: 1);
        for (var stage = 0; stage < stages.Length; stage++)
        {
            scales[stage] = features = stages[stage].Aggregate(features, (value, unit) => unit.Forward(value));
        }

        return scales;
    }

    private static bool HasBottlenecks(ResidualEncoderForm form) =>
        IsGrouped(form) || form is ResidualEncoderForm.ResNet101 or ResidualEncoderForm.ResNet50;

    private static bool IsGrouped(ResidualEncoderForm form) => form is ResidualEncoderForm.ResNeXt101 or ResidualEncoderForm.ResNeXt50;

    private static long Expansion(ResidualEncoderForm form) => HasBottlenecks(form) ? 4 : 1;

    private static int[] Blocks(ResidualEncoderForm form) => form switch
    {
        ResidualEncoderForm.ResNeXt101 or ResidualEncoderForm.ResNet101 => [3, 4, 23, 3],
        ResidualEncoderForm.ResNeXt50 or ResidualEncoderForm.ResNet50 or ResidualEncoderForm.ResNet34 => [3, 4, 6, 3],
        ResidualEncoderForm.ResNet18 => [2, 2, 2, 2],
        _ => [1, 1, 1, 1],
    };

    private static ResidualUnit[] MakeStage(
        int spatialDims, long width, long stemWidth, ResidualEncoderForm form, int stage, int outputStride, IReadOnlyList<int>? multiGrid)
    {
        var outputs = Channels(width, form, stage);
        var before = stage == 0 ? stemWidth : Channels(width, form, stage - 1);
        long? middle = form switch
        {
            ResidualEncoderForm.ResNeXt101 => 4 * (width << stage), // 32 groups of 8 channels at width 64
            ResidualEncoderForm.ResNeXt50 => 2 * (width << stage), // 32 groups of 4
            _ when HasBottlenecks(form) => width << stage,
            _ => null,
        };
        var groups = IsGrouped(form) ? 32 : 1;

        // The first block of a dilated stage still has the dilation of the stage before.
        var isStrided = stage > 0 && 4 << stage <= outputStride;
        var dilation = Math.Max(1, (4 << stage) / outputStride);
        return [.. Enumerable.Range(0, Blocks(form)[stage]).Select(block => new ResidualUnit(
            spatialDims,
            block == 0 ? before : outputs,
            outputs,
            middle,
            groups,
            stride: block == 0 && isStrided ? 2 : 1,
            dilation: multiGrid is not null ? multiGrid[block % multiGrid.Count] : block == 0 ? Math.Max(1, dilation / 2) : dilation))];
    }
}
