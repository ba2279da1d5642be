using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;

namespace Microsoft.ML.MedicalSegmentation.Networks.UNets;

/// <summary>The contracting half of a <see cref="UNet"/>: features at every resolution.</summary>
/// <param name="options">Valid options.</param>
internal sealed class UNetEncoder(UNetOptions options) : Layer
{
    private readonly UNetConvolutionUnit? stem = options.Form == UNetForm.ResidualEncoder
        ? new(options.SpatialDims, options.InputChannels, options.Features(0), options.StageTopology.Kernels[0])
        : null;

    private readonly UNetUnit[][] stages = [.. Enumerable.Range(0, options.Stages).Select(stage => MakeStage(options, stage))];

    /// <summary>Our names and those of nnU-Net's code.</summary>
    public static IEnumerable<(string Ours, string Original)> OriginalNames(UNetOptions options) =>
        options.Form == UNetForm.ResidualEncoder ? ResidualNames(options) : PlainNames(options);

    /// <summary>[N, channels, S] -> the features of every stage, finest first: [N, Features(stage), S / the strides so far].</summary>
    /// <param name="image">The image.</param>
    /// <param name="atStageEnd">What becomes of a stage's features before the next stage reads them.</param>
    public TensorExpression[] Forward(TensorExpression image, Func<int, TensorExpression, TensorExpression>? atStageEnd = null)
    {
        var scales = new TensorExpression[stages.Length];
        var features = stem?.Forward(image) ?? image;
        for (var stage = 0; stage < stages.Length; stage++)
        {
            using var scope = image.OpenScope();
            features = stages[stage].Aggregate(features, (value, unit) => unit.Forward(value));
            scales[stage] = features = scope.Keep(atStageEnd?.Invoke(stage, features) ?? features);
        }

        return scales;
    }

    private static UNetUnit[] MakeStage(UNetOptions options, int stage)
    {
        var (dims, outputs) = (options.SpatialDims, options.Features(stage));
        var (kernel, firstStride) = (options.StageTopology.Kernels[stage], options.StageTopology.Strides[stage]);
        var isResidual = options.Form == UNetForm.ResidualEncoder;
        var before =
            stage > 0 ? options.Features(stage - 1)
            : isResidual ? outputs
            : options.InputChannels;
        UNetUnit Make(long inputs, PerAxis stride) =>
            isResidual
                ? new UNetResidualUnit(dims, inputs, outputs, kernel, stride)
                : new UNetConvolutionUnit(dims, inputs, outputs, kernel, stride);
        return
        [
            .. Enumerable
                .Range(0, options.EncoderBlocks(stage))
                .Select(unit => Make(unit == 0 ? before : outputs, unit == 0 ? firstStride : 1)),
        ];
    }

    private static IEnumerable<(string Ours, string Original)> PlainNames(UNetOptions options) =>
        Units(options).Select(unit => ($"encoder.stages.{unit.Stage}.{unit.At}", $"encoder.stages.{unit.Stage}.0.convs.{unit.At}"));

    // A residual that is averaged first has its convolution as the second of two modules.
    private static IEnumerable<(string Ours, string Original)> ResidualNames(UNetOptions options) =>
    [
        ("encoder.stem", "encoder.stem.convs.0"),
        .. Enumerable.Range(0, options.Stages).Select(stage => (
            $"encoder.stages.{stage}.0.shortcut",
            $"encoder.stages.{stage}.blocks.0.skip.{(options.StageTopology.Strides[stage].Any(step => step > 1) ? 1 : 0)}")),
        .. Units(options).Select(unit => ($"encoder.stages.{unit.Stage}.{unit.At}", $"encoder.stages.{unit.Stage}.blocks.{unit.At}")),
        ("first", "conv1"),
        ("second", "conv2"),
    ];

    private static IEnumerable<(int Stage, int At)> Units(UNetOptions options) =>
        from stage in Enumerable.Range(0, options.Stages)
        from at in Enumerable.Range(0, options.EncoderBlocks(stage))
        select (stage, at);
}
