using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Networks.UNETRPlusPlusNets;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// Chooses a UNETR++ (<see cref="UNETRPlusPlus"/>). The defaults: the network for Synapse, 64 x 128 x 128 voxels, side outputs trained.
/// </summary>
public sealed record UNETRPlusPlusOptions : NetworkOptions
{
    /// <inheritdoc/>
    public override NetworkEntry Entry => UNETRPlusPlus.Entry;

    /// <summary>How many voxels the first tokens span; 1 along thick slices.</summary>
    /// <value>At least 1; default 2 x 4 x 4.</value>
    public PerAxis Stem { get; init; } = [2, 4, 4];

    /// <summary>Attention blocks at each resolution.</summary>
    /// <value>At least 1; default 3.</value>
    public int BlocksPerStage { get; init; } = 3;

    /// <summary>Attention blocks at each resolution of the encoder, finest first; the last number serves all coarser ones.</summary>
    /// <value>At least 1 each; default: <see cref="BlocksPerStage"/>. The authors' "depths", which their decoder does not follow.</value>
    public IReadOnlyList<int>? EncoderBlocks { get; init; }

    /// <summary>Groups of channels that attend separately.</summary>
    /// <value>At least 1; <see cref="NetworkOptions.Width"/> is a multiple of it. Default 4.</value>
    public int Heads { get; init; } = 4;

    /// <summary>The same in the encoder.</summary>
    /// <value>At least 1; default: <see cref="Heads"/>. The authors' "num_heads", which their decoder does not follow.</value>
    public int? EncoderHeads { get; init; }

    /// <summary>Tokens that spatial attention looks at.</summary>
    /// <value>At least 1; default 64.</value>
    public int ProjectedTokens { get; init; } = 64;

    /// <summary>The same at the coarsest resolution.</summary>
    /// <value>At least 1; default 32.</value>
    public int CoarsestProjectedTokens { get; init; } = 32;

    /// <summary>The same at each resolution of the encoder, finest first; the last number serves all coarser ones.</summary>
    /// <value>At least 1 each; default: <see cref="ProjectedTokens"/>, and <see cref="CoarsestProjectedTokens"/> at the coarsest.</value>
    public IReadOnlyList<int>? EncoderProjectedTokens { get; init; }

    /// <summary>How tokens are projected.</summary>
    /// <value>Default: one linear layer for keys and values.</value>
    public TokenProjection TokenProjection { get; init; }

    /// <summary>Whether channel and spatial attention are added, instead of projected and joined.</summary>
    /// <value>Default: false.</value>
    public bool AddsAttentions { get; init; }

    /// <summary>Residual convolution blocks after each attention.</summary>
    /// <value>1 or 2; default 1.</value>
    public int ConvolutionsPerBlock { get; init; } = 1;

    /// <summary>Chance that an attention weight of the encoder is zeroed while training.</summary>
    /// <value>At least 0 and below 1; default 0.15.</value>
    public double AttentionDropout { get; init; } = 0.15;

    /// <summary>The same in the decoder.</summary>
    /// <value>At least 0 and below 1; default 0.1.</value>
    public double DecoderAttentionDropout { get; init; } = 0.1;

    /// <summary>
    /// Whether spatial attention gives each token its own result, as the paper says; the authors' code mixes tokens and channels.
    /// </summary>
    /// <value>Default: false, which released weights and published numbers need.</value>
    public bool CorrectedSpatialAttention { get; init; }

    /// <summary>Whether the two next coarser resolutions predict too, and are trained.</summary>
    /// <value>Default: true, as its authors train it. False builds no heads for them.</value>
    public bool DeepSupervision { get; init; } = true;

    /// <summary>Whether the convolutional path at full resolution has batch norms instead of instance norms.</summary>
    /// <value>Default: false, as published. The authors' "norm_name".</value>
    public bool FineBatchNorm { get; init; }

    internal int Stages => (Depth ?? 5) - 1;

    internal long FirstWidth => Width ?? 32;

    internal long[] Patch => [.. (PatchSize ?? [64, 128, 128]).Select(side => (long)side)];

    internal long[] StemSize => Stem.For(SpatialDims);

    // Sides that patches must be multiples of, so that every resolution has whole tokens.
    internal long[] Multiples => Array.ConvertAll(StemSize, size => size << (Stages - 1));

    internal int Blocks(int stage, bool inEncoder) =>
        inEncoder && EncoderBlocks is { } blocks ? blocks[Math.Min(stage, blocks.Count - 1)] : BlocksPerStage;

    internal int Projected(int stage, bool inEncoder) => !inEncoder ? ProjectedTokens
        : EncoderProjectedTokens is { } projected ? projected[Math.Min(stage, projected.Count - 1)]
        : stage > 0 && stage == Stages - 1 ? CoarsestProjectedTokens
        : ProjectedTokens;

    internal PairedAttentionOptions Attention(bool inEncoder) => new()
    {
        Heads = inEncoder ? EncoderHeads ?? Heads : Heads,
        TokenProjection = TokenProjection,
        AddsAttentions = AddsAttentions,
        CorrectedSpatialAttention = CorrectedSpatialAttention,
        Dropout = inEncoder ? AttentionDropout : DecoderAttentionDropout,
    };

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults()
    {
        var common = base.Faults().ToList();
        foreach (var fault in common.Concat(NumberFaults()))
        {
            yield return fault;
        }

        var hasStem = Stem.All(size => size >= 1) && Stem.Count() is 1 or 3;
        if (!hasStem)
        {
            yield return $"Stem is {Stem}; give one number of at least 1, or 3.";
        }

        if (common.Count > 0 || SpatialDims != 3 || !hasStem || Depth > 7)
        {
            yield break;
        }

        var fitting = SpatialSizeRule.MultipleOf(Multiples);
        if (!fitting.Allows(Patch))
        {
            yield return $"PatchSize is {string.Join(" x ", Patch)}; with this stem and depth its sides must be multiples of "
                + $"{string.Join(" x ", Multiples)}. Use {string.Join(" x ", fitting.Fit(Patch))}.";
        }
    }

    private IEnumerable<string> NumberFaults()
    {
        var numbers = new[]
        {
            (nameof(BlocksPerStage), BlocksPerStage),
            (nameof(Heads), Heads),
            (nameof(ProjectedTokens), ProjectedTokens),
            (nameof(CoarsestProjectedTokens), CoarsestProjectedTokens),
        };
        foreach (var (name, number) in numbers.Where(entry => entry.Item2 < 1))
        {
            yield return $"{name} is {number}; it must be at least 1.";
        }

        if (EncoderHeads < 1)
        {
            yield return $"EncoderHeads is {EncoderHeads}; it must be at least 1.";
        }

        foreach (var heads in new[] { Heads, EncoderHeads ?? Heads }.Where(heads => heads >= 1).Distinct())
        {
            if (FirstWidth % heads != 0 || FirstWidth % 2 != 0)
            {
                yield return $"Width is {FirstWidth}; it must be even and a multiple of the {heads} heads.";
            }
        }

        foreach (
            var (name, list) in new[] { (nameof(EncoderBlocks), EncoderBlocks), (nameof(EncoderProjectedTokens), EncoderProjectedTokens) }
        )
        {
            if (list is not null && (list.Count == 0 || list.Any(number => number < 1)))
            {
                yield return $"{name} is [{string.Join(", ", list)}]; give at least one number, each at least 1.";
            }
        }

        if (ConvolutionsPerBlock is not (1 or 2))
        {
            yield return $"ConvolutionsPerBlock is {ConvolutionsPerBlock}; it must be 1 or 2.";
        }

        var dropouts = new[] { (nameof(AttentionDropout), AttentionDropout), (nameof(DecoderAttentionDropout), DecoderAttentionDropout) };
        foreach (var (name, probability) in dropouts.Where(entry => entry.Item2 is not (>= 0 and < 1)))
        {
            yield return $"{name} is {probability}; it must be at least 0 and below 1.";
        }

        if (Depth > 7)
        {
            yield return $"Depth is {Depth}; it must be at most 7.";
        }
    }
}
