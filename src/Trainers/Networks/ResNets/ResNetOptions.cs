using Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Networks.ResNets;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// Chooses a residual network (<see cref="ResNet"/>) that classifies images. The defaults: ResNet-18 of width 64 without attention.
/// </summary>
public sealed record ResNetOptions : NetworkOptions
{
    private static readonly int[] FewBlocks = [2, 2, 2, 2];
    private static readonly int[] ManyBlocks = [3, 4, 6, 3];

    /// <inheritdoc/>
    public override NetworkEntry Entry => ResNet.Entry;

    /// <summary>How many layers it has.</summary>
    /// <value>Default: <see cref="ResNetForm.ResNet18"/>.</value>
    public ResNetForm Form { get; init; }

    /// <summary>How it begins.</summary>
    /// <value>
    /// Default: null, by the longest side of <see cref="NetworkOptions.PatchSize"/>, which a trainer sets to the size of the images. In 2D:
    /// Small up to 32, Medium up to
    /// 64. In 3D: Small up to 16, Medium up to 48. Large otherwise.
    /// </value>
    public ResNetStem? Stem { get; init; }

    /// <summary>Key of an attention block; <see cref="AttentionBlockList"/> has them all.</summary>
    /// <value>Default: null, no attention. An attention gate needs a skip connection, which these networks do not have.</value>
    public string? AttentionBlock { get; init; }

    /// <summary>Where the attention blocks stand.</summary>
    /// <value>
    /// Default: null, where the block's paper has them: at stage ends for BAM, at the end of the third stage for non-local attention, in
    /// every residual block for the others.
    /// </value>
    public ResNetAttentionPlace? AttentionPlace { get; init; }

    /// <summary>The numbers of the attention blocks.</summary>
    /// <value>Default: those of the papers.</value>
    public AttentionBlockOptions AttentionOptions { get; init; } = new();

    /// <summary>Chance with which each feature before the last layer is zeroed while training.</summary>
    /// <value>0 to below 1. Default: 0.</value>
    public double Dropout { get; init; }

    internal bool HasBottlenecks => Form == ResNetForm.ResNet50;

    internal int FirstWidth => Width ?? 64;

    internal ResNetStem StemOrDefault => Stem ?? (LongestSide, SpatialDims) switch
    {
        ( <= 32, 2) or ( <= 16, 3) => ResNetStem.Small,
        ( <= 64, 2) or ( <= 48, 3) => ResNetStem.Medium,
        _ => ResNetStem.Large,
    };

    internal AttentionBlockEntry? Attention => AttentionBlock is { } key ? AttentionBlockList.TryFind(key) : null;

    private int LongestSide => PatchSize is { Count: > 0 } size ? size.Max() : int.MaxValue;

    private ResNetAttentionPlace? AttentionAt => Attention is { } block
        ? AttentionPlace ?? block.Places switch
        {
            AttentionPlaces.EncoderStages => ResNetAttentionPlace.StageEnds,
            AttentionPlaces.Bottleneck => ResNetAttentionPlace.ThirdStageEnd,
            _ => ResNetAttentionPlace.Blocks,
        }
        : null;

    internal int Blocks(int stage) => (Form == ResNetForm.ResNet18 ? FewBlocks : ManyBlocks)[stage];

    /// <summary>Channels at the end of a stage, the first being 0.</summary>
    internal long Features(int stage) => ((long)FirstWidth << stage) * (HasBottlenecks ? 4 : 1);

    /// <summary>The attention block of a residual block; null for none.</summary>
    internal AttentionBlock? MakeAttentionOfBlock(long channels) =>
        AttentionAt == ResNetAttentionPlace.Blocks ? MakeAttention(channels) : null;

    /// <summary>The attention block at the end of a stage; null for none.</summary>
    internal AttentionBlock? MakeAttentionOfStage(int stage) =>
        (AttentionAt == ResNetAttentionPlace.StageEnds && stage < 3) || (AttentionAt == ResNetAttentionPlace.ThirdStageEnd && stage == 2)
            ? MakeAttention(Features(stage))
            : null;

    private AttentionBlock? MakeAttention(long channels) => Attention?.Factory?.Invoke(SpatialDims, channels, AttentionOptions);

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults()
    {
        foreach (var fault in base.Faults())
        {
            yield return fault;
        }

        if (Depth is not null)
        {
            yield return $"Depth is {Depth}; a residual network always has five resolutions. Leave it out, and choose Form.";
        }

        if (Classes < 2)
        {
            yield return $"Classes is {Classes}; a classification needs at least 2.";
        }

        foreach (
            var (name, isDefined) in new[]
            {
                ($"Form is {Form}; it must be {string.Join(", ", Enum.GetNames<ResNetForm>())}.", Enum.IsDefined(Form)),
                (
                    $"Stem is {Stem}; it must be {string.Join(", ", Enum.GetNames<ResNetStem>())}.",
                    Stem is not { } stem || Enum.IsDefined(stem)
                ),
                (
                    $"AttentionPlace is {AttentionPlace}; it must be {string.Join(", ", Enum.GetNames<ResNetAttentionPlace>())}.",
                    AttentionPlace is not { } place || Enum.IsDefined(place)
                ),
            }
        )
        {
            if (!isDefined)
            {
                yield return name;
            }
        }

        if (Dropout is not (>= 0 and < 1))
        {
            yield return $"Dropout is {Dropout}; it must be at least 0 and below 1.";
        }

        foreach (var fault in AttentionFaults().Concat(AttentionOptions.Faults()))
        {
            yield return fault;
        }
    }

    private IEnumerable<string> AttentionFaults()
    {
        if (AttentionBlock is not null && Attention?.Factory is null)
        {
            yield return Attention is null
                ? $"AttentionBlock is '{AttentionBlock}'; blocks: {Keys}."
                : $"AttentionBlock is '{AttentionBlock}', which compares a skip connection with what it joins; "
                    + $"residual networks have none. Use one of {Keys}.";
        }

        if (AttentionBlock is null && AttentionPlace is not null)
        {
            yield return $"AttentionPlace is {AttentionPlace}, and no AttentionBlock is named; name one of {Keys}.";
        }
    }

    private static string Keys =>
        string.Join(", ", AttentionBlockList.All.Where(entry => entry.Factory is not null).Select(entry => entry.Key));
}
