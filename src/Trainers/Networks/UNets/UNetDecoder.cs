using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;

namespace Microsoft.ML.MedicalSegmentation.Networks.UNets;

/// <summary>
/// The expanding half of a <see cref="UNet"/>: at each stage a transposed convolution, the skip connection, convolutions, and a head.
/// </summary>
/// <param name="options">Valid options.</param>
/// <remarks>Stages are in the order of computation, coarsest first.</remarks>
internal sealed class UNetDecoder(UNetOptions options) : Layer
{
    private readonly TransposedConvolution[] upsampling = [.. Levels(options).Select(level => new TransposedConvolution(
        options.SpatialDims,
        options.Features(level + 1),
        options.Features(level),
        kernel: options.StageTopology.Strides[level + 1],
        stride: options.StageTopology.Strides[level + 1]))];

    private readonly UNetConvolutionUnit[][] stages = [.. Levels(options).Select(level => MakeStage(options, level))];

    // The finest one predicts; the others serve deep supervision.
    private readonly Convolution?[] heads = [.. Levels(options).Select(level => options.DeepSupervision || level == 0
        ? new Convolution(options.SpatialDims, options.Features(level), options.Classes, kernel: 1)
        : null)];

    /// <summary>Our names and those of nnU-Net's code.</summary>
    public static IEnumerable<(string Ours, string Original)> OriginalNames(UNetOptions options) =>
    [
        ("decoder.upsampling", "decoder.transpconvs"),
        ("decoder.heads", "decoder.seg_layers"),
        .. from stage in Enumerable.Range(0, options.Stages - 1)
           from at in Enumerable.Range(0, options.DecoderBlocks(stage))
           select ($"decoder.stages.{stage}.{at}", $"decoder.stages.{stage}.convs.{at}"),
    ];

    /// <summary>The features of every stage of the decoder, coarsest first.</summary>
    /// <param name="scales">The encoder's features, finest first.</param>
    /// <param name="atSkip">What becomes of the skip connection of a level, given it and the upsampled features beside it.</param>
    /// <param name="atStageEnd">What becomes of the features of a level.</param>
    public TensorExpression[] Forward(
        TensorExpression[] scales,
        Func<int, TensorExpression, TensorExpression, TensorExpression>? atSkip = null,
        Func<int, TensorExpression, TensorExpression>? atStageEnd = null
    )
    {
        var decoded = new TensorExpression[stages.Length];
        var features = scales[^1];
        for (var stage = 0; stage < stages.Length; stage++)
        {
            using var scope = features.OpenScope();
            var level = stages.Length - 1 - stage;
            var upsampled = upsampling[stage].Forward(features);
            var skip = atSkip?.Invoke(level, scales[level], upsampled) ?? scales[level];
            features = stages[stage].Aggregate(TensorExpression.Concat(1, upsampled, skip), (value, unit) => unit.Forward(value));
            decoded[stage] = features = scope.Keep(atStageEnd?.Invoke(level, features) ?? features);
        }

        return decoded;
    }

    /// <summary>The prediction [N, classes, S].</summary>
    /// <param name="decoded">What <see cref="Forward"/> has given.</param>
    public TensorExpression Predict(TensorExpression[] decoded) => Side(decoded, stages.Length - 1).First();

    /// <summary>The predictions of the coarser levels, finest first; none without deep supervision.</summary>
    /// <param name="decoded">What <see cref="Forward"/> has given.</param>
    public TensorExpression[] PredictSides(TensorExpression[] decoded) =>
        [.. Enumerable.Range(0, stages.Length - 1).Reverse().SelectMany(stage => Side(decoded, stage))];

    private IEnumerable<TensorExpression> Side(TensorExpression[] decoded, int stage) =>
        heads[stage] is { } head ? [head.Forward(decoded[stage])] : [];

    private static IEnumerable<int> Levels(UNetOptions options) => Enumerable.Range(0, options.Stages - 1).Reverse();

    private static UNetConvolutionUnit[] MakeStage(UNetOptions options, int level) =>
        [.. Enumerable.Range(0, options.DecoderBlocks(options.Stages - 2 - level)).Select(unit => new UNetConvolutionUnit(
            options.SpatialDims,
            unit == 0 ? 2 * options.Features(level) : options.Features(level),
            options.Features(level),
            options.StageTopology.Kernels[level]))];
}
