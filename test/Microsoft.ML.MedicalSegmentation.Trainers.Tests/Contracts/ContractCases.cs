using Microsoft.ML.MedicalSegmentation.Networks;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;

namespace Microsoft.ML.MedicalSegmentation.Contracts;

/// <summary>A network of the list in one form that the contract tests build.</summary>
/// <param name="Name">Key, preset and number of axes.</param>
/// <param name="Entry">The network.</param>
/// <param name="Options">Small options.</param>
internal sealed record ContractCase(string Name, NetworkEntry Entry, NetworkOptions Options)
{
    public Network Create(int channels, int classes) => Entry.Create(Options with { InputChannels = channels, Classes = classes });

    /// <summary>Two sizes that the network takes, or its only one.</summary>
    public IReadOnlyList<long[]> Sizes(Network network)
    {
        var dims = network.Options.SpatialDims;
        var small = network.SizeRule.Fit([.. Enumerable.Repeat(8L, dims)]);
        var large = network.SizeRule.Fit([small[0] + 1, .. small[1..]]);
        return small.SequenceEqual(large) ? [small] : [small, large];
    }
}

/// <summary>Every network with its defaults and every preset, in 2D and 3D, made small, and the options that no preset sets.</summary>
internal static class ContractCases
{
    /// <summary>Options by which a network that ignores width and depth becomes small; keys without a line take both.</summary>
    private static readonly Dictionary<string, Func<NetworkOptions, NetworkOptions>> Small = new()
    {
        ["unetr-plus-plus"] = options => options with { Width = 4, Depth = 3, PatchSize = [8, 16, 16] },
        ["medical-transformer"] = options =>
            options with
            {
                PatchSize = options is MedicalTransformerOptions { Form: MedicalTransformerForm.GatedAxial or MedicalTransformerForm.Axial }
                    ? [32, 32]
                    : [64, 64],
            },
        ["multi-scale-dual-attention"] = options =>
            options with
            {
                Width = options is MultiScaleDualAttentionOptions { Encoder: ResidualEncoderForm.ResNeXt101 } ? 8 : 4,
            },
        ["dual-attention"] = options => options with { Width = 8 },
        ["ca-net"] = options => options with { Width = 4, Depth = 4 },
    };

    private static IEnumerable<(string Key, string Name, NetworkOptions Options)> Further =>
        [
            (
                "attention-unet",
                "without norms",
                new AttentionUNetOptions
                {
                    Form = AttentionUNetForm.SingleGate,
                    Norms = AttentionUNetNorms.None,
                    TransposedUpsampling = true,
                    Width = 4,
                    Depth = 3,
                }
            ),
            (
                "attention-unet",
                "norms in the encoder",
                new AttentionUNetOptions
                {
                    Form = AttentionUNetForm.Ungated,
                    DeepSupervision = false,
                    Norms = AttentionUNetNorms.Encoder,
                    SpatialDims = 2,
                    Width = 4,
                    Depth = 3,
                }
            ),
            (
                "unetr-plus-plus",
                "by stage",
                new UNETRPlusPlusOptions
                {
                    EncoderBlocks = [1, 2],
                    BlocksPerStage = 1,
                    EncoderHeads = 2,
                    Heads = 1,
                    EncoderProjectedTokens = [6, 4],
                    FineBatchNorm = true,
                    Width = 4,
                    Depth = 3,
                    PatchSize = [8, 16, 16],
                }
            ),
            (
                "medical-transformer",
                "by stage",
                new MedicalTransformerOptions
                {
                    BlocksPerStage = [2, 1, 1, 2],
                    AttentionWidth = 2,
                    PatchSize = [64, 64],
                }
            ),
            .. new[] { TransAttUNetSkips.Dense, TransAttUNetSkips.Cascade }.Select(skips =>
                (
                    "transattunet",
                    $"{skips}".ToLowerInvariant(),
                    (NetworkOptions)
                        new TransAttUNetOptions
                        {
                            Skips = skips,
                            Width = 4,
                            Depth = 4,
                        }
                )
            ),
            (
                "ca-net",
                "coarse gates",
                new CANetOptions
                {
                    GateSubsampling = 2,
                    GateActivation = GateActivation.SpatialSoftmax,
                    SpatialDims = 2,
                    Width = 4,
                    Depth = 4,
                }
            ),
            .. new[] { ResidualEncoderForm.UNet, ResidualEncoderForm.ResidualUNet }.Select(encoder =>
                (
                    "multi-scale-dual-attention",
                    $"{encoder}",
                    (NetworkOptions)
                        new MultiScaleDualAttentionOptions
                        {
                            Encoder = encoder,
                            SpatialDims = encoder == ResidualEncoderForm.UNet ? 3 : 2,
                            Width = 4,
                        }
                )
            ),
            (
                "dual-attention",
                "deep stem",
                new DualAttentionOptions
                {
                    Encoder = DualAttentionEncoder.ResNeXt50,
                    DeepStem = true,
                    MultiGrid = [2, 4],
                    SpatialDims = 2,
                    Width = 16,
                }
            ),
            (
                "unet",
                "by stage",
                new UNetOptions
                {
                    FeaturesPerStage = [4, 6, 10],
                    DecoderConvolutionsPerStage = [1, 2],
                    Depth = 3,
                }
            ),
            .. new[] { "convolutional-block-attention", "bottleneck-attention", "spatial-channel-excitation" }.Select(block =>
                (
                    "unet",
                    $"strict {block}",
                    (NetworkOptions)
                        new UNetOptions
                        {
                            AttentionBlock = block,
                            AttentionOptions = new() { Strict = true },
                            SpatialDims = 2,
                            Width = 4,
                            Depth = 3,
                        }
                )
            ),
        ];

    public static IReadOnlyList<ContractCase> All { get; } =
    [
        .. from entry in NetworkList.All
           from dims in entry.SpatialDims
           from preset in entry.Presets.Keys.Prepend(null)
           select new ContractCase(
               $"{entry.Key}{(preset is null ? "" : $" {preset}")} {dims}D",
               entry,
               Shrink(entry.Key, entry.OptionsOf(preset) with { SpatialDims = dims })),
        .. Further.Select(entry => new ContractCase($"{entry.Key} {entry.Name}", NetworkList.Find(entry.Key), entry.Options)),
    ];

    public static ContractCase Find(string name) => All.Single(contract => contract.Name == name);

    private static NetworkOptions Shrink(string key, NetworkOptions options) =>
        Small.TryGetValue(key, out var shrink) ? shrink(options) : options with { Width = 4, Depth = 3 };
}
