using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Networks.MedicalTransformers;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Which published form of the Medical Transformer is built.</summary>
public enum MedicalTransformerForm
{
    /// <summary>Gated axial attention on the whole image, and attention without positions on its patches: MedT.</summary>
    MedT,

    /// <summary>Axial attention on the whole image and on its patches: LoGo (local and global).</summary>
    LoGo,

    /// <summary>A U-Net of gated axial attention on the whole image.</summary>
    GatedAxial,

    /// <summary>A U-Net of axial attention on the whole image.</summary>
    Axial,
}

/// <summary>Chooses a Medical Transformer (<see cref="MedicalTransformer"/>). The defaults: MedT in 2D for 128 x 128 pixels.</summary>
public sealed record MedicalTransformerOptions : NetworkOptions
{
    // One list, so that options with the defaults are equal.
    private static readonly IReadOnlyList<int> PublishedBlocks = [1, 2, 4, 1];

    /// <summary>The defaults: MedT in 2D for 128 x 128 pixels.</summary>
    public MedicalTransformerOptions() => SpatialDims = 2;

    /// <inheritdoc/>
    public override NetworkEntry Entry => MedicalTransformer.Entry;

    /// <summary>The form.</summary>
    /// <value>Default: <see cref="MedicalTransformerForm.MedT"/>.</value>
    public MedicalTransformerForm Form { get; init; }

    /// <summary>Groups of channels that attend separately.</summary>
    /// <value>At least 1; <see cref="NetworkOptions.Width"/> is a multiple of it. Default 8.</value>
    public int Groups { get; init; } = 8;

    /// <summary>Attention blocks of the four stages, finest first; the image branch of MedT and LoGo has the first two.</summary>
    /// <value>4 numbers of at least 1; default 1, 2, 4, 1. The authors' "layers".</value>
    public IReadOnlyList<int> BlocksPerStage { get; init; } = PublishedBlocks;

    /// <summary>How many channels attend, as a multiple of half of those that leave a block.</summary>
    /// <value>
    /// Above 0; each stage's channels stay a multiple of twice <see cref="Groups"/>. Default 1. The authors' "width_per_group", divided by
    /// 64.
    /// </value>
    public double AttentionWidth { get; init; } = 1;

    /// <summary>How the attention on patches depends on distance (MedT and LoGo).</summary>
    /// <value>Default: the authors' code's; the paper describes <see cref="AxialPositions.Gated"/> for MedT.</value>
    public AxialPositions? PatchPositions { get; init; }

    /// <summary>
    /// Whether each patch is normalised by its own batch statistics while training, one patch after the other (MedT and LoGo).
    /// </summary>
    /// <value>Default: false, all patches of a batch together, which is faster and steadier; the authors' code does it one by one.</value>
    public bool SeparatePatches { get; init; }

    /// <summary>Epochs in which the gates keep their first values; later they are trained.</summary>
    /// <value>At least 0; default 10, the paper's.</value>
    public int FrozenGateEpochs { get; init; } = 10;

    internal long FirstWidth => Width ?? 8;

    // Channels of the attention of a stage.
    internal long AttentionChannels(int stage) => (long)((2 * FirstWidth << stage) * AttentionWidth);

    internal long[] Patch => [.. (PatchSize ?? [128, 128]).Select(side => (long)side)];

    internal bool HasPatches => Form is MedicalTransformerForm.MedT or MedicalTransformerForm.LoGo;

    internal AxialPositions ImageAttention =>
        Form is MedicalTransformerForm.MedT or MedicalTransformerForm.GatedAxial ? AxialPositions.Gated : AxialPositions.Relative;

    internal AxialPositions PatchAttention =>
        PatchPositions ?? (Form == MedicalTransformerForm.MedT ? AxialPositions.None : AxialPositions.Relative);

    // Sides that images must be multiples of: 16 at the coarsest attention, and four patches along each axis.
    internal long Multiple => HasPatches ? 64 : 16;

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults()
    {
        var common = base.Faults().ToList();
        foreach (var fault in common)
        {
            yield return fault;
        }

        foreach (var (name, number, least) in new[] { (nameof(Groups), Groups, 1), (nameof(FrozenGateEpochs), FrozenGateEpochs, 0) })
        {
            if (number < least)
            {
                yield return $"{name} is {number}; it must be at least {least}.";
            }
        }

        if (Groups >= 1 && FirstWidth % Groups != 0)
        {
            yield return $"Width is {FirstWidth}; it must be a multiple of the {Groups} groups.";
        }

        if (BlocksPerStage.Count != 4 || BlocksPerStage.Any(blocks => blocks < 1))
        {
            yield return $"BlocksPerStage is [{string.Join(", ", BlocksPerStage)}]; give 4 numbers of at least 1.";
        }

        if (!(AttentionWidth > 0 && AttentionWidth <= 64))
        {
            yield return $"AttentionWidth is {AttentionWidth}; it must be above 0 and at most 64.";
        }
        else if (Groups >= 1 && FirstWidth % Groups == 0
            && Enumerable.Range(0, 4).Any(stage => AttentionChannels(stage) == 0 || AttentionChannels(stage) % (2L * Groups) != 0))
        {
            yield return $"AttentionWidth is {AttentionWidth}, which gives {AttentionChannels(0)} channels to attend; they must be a "
                + $"multiple of {2L * Groups}, twice the groups.";
        }

        if (Depth is { } depth)
        {
            yield return $"Depth is {depth}; this network's is fixed. Leave it out.";
        }

        if (common.Count > 0 || SpatialDims != 2)
        {
            yield break;
        }

        var fitting = SpatialSizeRule.MultipleOf([Multiple, Multiple]);
        if (!fitting.Allows(Patch))
        {
            yield return $"PatchSize is {string.Join(" x ", Patch)}; in the form {Form} its sides must be multiples of {Multiple}. "
                + $"Use {string.Join(" x ", fitting.Fit(Patch))}.";
        }
    }
}
