using Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Networks.UNets;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Chooses a U-Net (<see cref="UNet"/>). The defaults: the plain form, width 32, depth 6, side outputs trained.</summary>
public sealed record UNetOptions : NetworkOptions
{
    private static readonly int[] ResidualBlocks = [1, 3, 4, 6];

    /// <inheritdoc/>
    public override NetworkEntry Entry => UNet.Entry;

    /// <summary>The form.</summary>
    /// <value>Default: <see cref="UNetForm.Plain"/>.</value>
    public UNetForm Form { get; init; }

    /// <summary>
    /// Kernels and strides of every stage, as <see cref="UNetTopology.Plan"/> gives them; suits volumes with thick slices.
    /// </summary>
    /// <value>Default: kernel 3 and stride 2 throughout, <see cref="NetworkOptions.Depth"/> stages.</value>
    public UNetTopology? Topology { get; init; }

    /// <summary>The width that deeper stages, each twice as wide as the one before, do not exceed.</summary>
    /// <value>At least the width; default 512 in 2D and 320 in 3D.</value>
    public int? MaximumWidth { get; init; }

    /// <summary>Channels of every stage, finest first, where they are not each twice those of the stage before.</summary>
    /// <value>
    /// At least 1 each, as many as there are stages; default: by the width and <see cref="MaximumWidth"/>. nnU-Net's "features_per_stage".
    /// </value>
    public IReadOnlyList<int>? FeaturesPerStage { get; init; }

    /// <summary>
    /// Convolutions (plain) or residual blocks of each stage of the encoder, finest first; the last number serves all further stages.
    /// </summary>
    /// <value>At least 1 each; default 2 in the plain form, and 1, 3, 4, 6, 6, ... in the residual one.</value>
    public IReadOnlyList<int>? BlocksPerStage { get; init; }

    /// <summary>Convolutions of each stage of the decoder.</summary>
    /// <value>At least 1; default 2 in the plain form and 1 in the residual one.</value>
    public int? DecoderConvolutions { get; init; }

    /// <summary>The same for each stage by itself, coarsest first; the last number serves all finer ones.</summary>
    /// <value>At least 1 each; default: <see cref="DecoderConvolutions"/>. nnU-Net's "n_conv_per_stage_decoder".</value>
    public IReadOnlyList<int>? DecoderConvolutionsPerStage { get; init; }

    /// <summary>Whether every stage of the decoder has a head, whose predictions are trained too.</summary>
    /// <value>
    /// Default: true, as nnU-Net trains it. False builds no such heads; checkpoints of nnU-Net then hold heads that the network lacks.
    /// </value>
    public bool DeepSupervision { get; init; } = true;

    /// <summary>Key of an attention block; <see cref="AttentionBlockList"/> has them all.</summary>
    /// <value>Default: null, no attention.</value>
    public string? AttentionBlock { get; init; }

    /// <summary>Where the attention blocks stand.</summary>
    /// <value>Default: the block's own places; an attention gate can only stand on skip connections.</value>
    public AttentionPlaces? AttentionPlaces { get; init; }

    /// <summary>The numbers of the attention blocks.</summary>
    /// <value>Default: those of the papers.</value>
    public AttentionBlockOptions AttentionOptions { get; init; } = new();

    internal AttentionBlockEntry? Attention => AttentionBlock is { } key ? AttentionBlockList.TryFind(key) : null;

    internal AttentionPlaces AttentionAt => AttentionPlaces ?? Attention?.Places ?? default;

    internal int Stages => Topology?.Stages ?? Depth ?? 6;

    internal UNetTopology StageTopology => Topology ?? UNetTopology.Uniform(Stages);

    // Stage 0 is the coarsest of the decoder.
    internal int DecoderBlocks(int stage) => DecoderConvolutionsPerStage is { } blocks
        ? blocks[Math.Min(stage, blocks.Count - 1)]
        : DecoderConvolutions ?? (Form == UNetForm.ResidualEncoder ? 1 : 2);

    private int FirstWidth => Width ?? 32;

    private int WidthLimit => MaximumWidth ?? (SpatialDims == 2 ? 512 : 320);

    internal long Features(int stage) => FeaturesPerStage?[stage] ?? Math.Min((long)FirstWidth << stage, WidthLimit);

    internal int EncoderBlocks(int stage)
    {
        var blocks = BlocksPerStage ?? (Form == UNetForm.ResidualEncoder ? ResidualBlocks : [2]);
        return blocks[Math.Min(stage, blocks.Count - 1)];
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults()
    {
        foreach (var fault in base.Faults().Concat(Topology?.Faults(SpatialDims) ?? []).Concat(AttentionFaults()))
        {
            yield return fault;
        }

        if (Depth > 12)
        {
            yield return $"Depth is {Depth}; it must be at most 12.";
        }

        if (Topology is not null && Depth is not null && Depth != Topology.Stages)
        {
            yield return $"Depth is {Depth}, and Topology has {Topology.Stages} stages; leave out Depth.";
        }

        if (WidthLimit < FirstWidth)
        {
            yield return $"MaximumWidth is {WidthLimit}; it must be at least the width of the first stage, {FirstWidth}.";
        }

        foreach (
            var (name, list) in new[]
            {
                (nameof(BlocksPerStage), BlocksPerStage),
                (nameof(DecoderConvolutionsPerStage), DecoderConvolutionsPerStage),
            }
        )
        {
            if (list is not null && (list.Count == 0 || list.Any(blocks => blocks < 1)))
            {
                yield return $"{name} is [{string.Join(", ", list)}]; give at least one number, each at least 1.";
            }
        }

        if (FeaturesPerStage is not null && (FeaturesPerStage.Count != Stages || FeaturesPerStage.Any(features => features < 1)))
        {
            yield return $"FeaturesPerStage is [{string.Join(", ", FeaturesPerStage)}]; give {Stages} "
                + "numbers, one for each stage, each at least 1.";
        }

        if (FeaturesPerStage is not null && (Width is not null || MaximumWidth is not null))
        {
            yield return "FeaturesPerStage is given, and Width or MaximumWidth too; leave out one of them.";
        }

        if (DecoderConvolutions < 1)
        {
            yield return $"DecoderConvolutions is {DecoderConvolutions}; it must be at least 1.";
        }
    }

    private IEnumerable<string> AttentionFaults()
    {
        if (AttentionBlock is not null && Attention is null)
        {
            yield return $"AttentionBlock is '{AttentionBlock}'; blocks: {AttentionBlockList.Keys}.";
        }

        if (AttentionBlock is null && AttentionPlaces is not null and not MedicalSegmentation.AttentionPlaces.None)
        {
            yield return $"AttentionPlaces is {AttentionPlaces}, and no AttentionBlock is named; name one of {AttentionBlockList.Keys}.";
        }

        const AttentionPlaces places = MedicalSegmentation.AttentionPlaces.Stages | MedicalSegmentation.AttentionPlaces.Skips;
        if ((AttentionAt & ~places) != 0)
        {
            yield return $"AttentionPlaces is {AttentionPlaces}; it must be made of {string.Join(", ", Enum.GetNames<AttentionPlaces>())}.";
        }
        else if (Attention?.GateFactory is not null && (AttentionAt & ~MedicalSegmentation.AttentionPlaces.Skips) != 0)
        {
            yield return $"AttentionPlaces is {AttentionPlaces}; {AttentionBlock} compares a skip connection with "
                + "what it joins, so it can stand on Skips only.";
        }

        foreach (var fault in AttentionOptions.Faults())
        {
            yield return fault;
        }
    }
}
