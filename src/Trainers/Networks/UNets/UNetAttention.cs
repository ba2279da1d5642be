using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;
using Microsoft.ML.MedicalSegmentation.Layers.Gates;

namespace Microsoft.ML.MedicalSegmentation.Networks.UNets;

/// <summary>The attention blocks of a <see cref="UNet"/> at the places that its options name; none by default.</summary>
/// <param name="options">Valid options.</param>
internal sealed class UNetAttention(UNetOptions options) : Layer
{
    private readonly AttentionBlock?[] encoder = [.. Enumerable.Range(0, options.Stages).Select(stage => MakeBlock(
        options, stage, stage == options.Stages - 1 ? AttentionPlaces.Bottleneck : AttentionPlaces.EncoderStages))];

    private readonly AttentionBlock?[] decoder =
        [.. Enumerable.Range(0, options.Stages - 1).Select(level => MakeBlock(options, level, AttentionPlaces.DecoderStages))];

    private readonly AttentionBlock?[] skips =
        [.. Enumerable.Range(0, options.Stages - 1).Select(level => MakeBlock(options, level, AttentionPlaces.Skips))];

    private readonly SkipGate?[] gates = [.. Enumerable.Range(0, options.Stages - 1).Select(level => MakeGate(options, level))];

    /// <summary>The features of a stage of the encoder, the finest being 0, as the next stage and the skip connection get them.</summary>
    public TensorExpression AtEncoderStage(int stage, TensorExpression features) => encoder[stage]?.Forward(features) ?? features;

    /// <summary>The features of a level of the decoder, the finest being 0.</summary>
    public TensorExpression AtDecoderStage(int level, TensorExpression features) => decoder[level]?.Forward(features) ?? features;

    /// <summary>The skip connection of a level, given what it joins.</summary>
    public TensorExpression AtSkip(int level, TensorExpression skip, TensorExpression upsampled) =>
        gates[level]?.Forward(skip, upsampled) ?? skips[level]?.Forward(skip) ?? skip;

    private static AttentionBlock? MakeBlock(UNetOptions options, int stage, AttentionPlaces place) => options.AttentionAt.HasFlag(place)
        ? options.Attention?.Factory?.Invoke(options.SpatialDims, options.Features(stage), options.AttentionOptions)
        : null;

    private static SkipGate? MakeGate(UNetOptions options, int level) => options.AttentionAt.HasFlag(AttentionPlaces.Skips)
        ? options.Attention?.GateFactory?.Invoke(options.SpatialDims, options.Features(level), options.AttentionOptions)
        : null;
}
