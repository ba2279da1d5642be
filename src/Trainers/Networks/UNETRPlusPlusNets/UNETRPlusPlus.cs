using System.Numerics;
using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Layers.Paired;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using static TorchSharp.torch.nn;

namespace Microsoft.ML.MedicalSegmentation.Networks.UNETRPlusPlusNets;

/// <summary>UNETR++: a hierarchical U-shaped transformer whose blocks pair channel attention with cheap spatial attention, in 3D.</summary>
/// <remarks>
/// <para>
/// A strided convolution makes tokens of small boxes of voxels. Encoder and decoder stages are <see cref="PairedAttentionBlock"/>s; skip
/// connections are added, and a convolutional path keeps the full resolution. Positions and token projections make the weights
/// belong to one patch size.
/// </para>
/// <para>
/// Shaker et al. 2024, UNETR++: Delving Into Efficient and Accurate 3D Medical Image Segmentation, https://arxiv.org/abs/2212.04497.
/// Presets, but for "btcv", which is this library's own, and parameter names are those of the authors' code, whose mixed spatial attention
/// is the default too (<see cref="UNETRPlusPlusOptions.CorrectedSpatialAttention"/>).
/// Differs: any patch that the resolutions divide; where the image's channels do not divide the width, the first group norm has their
/// greatest common divisor as groups.
/// </para>
/// </remarks>
internal sealed class UNETRPlusPlus(UNETRPlusPlusOptions options) : Network(options)
{
    private readonly UNETRPlusPlusOptions options = options;

    private readonly Downsampling[] downsampling = [.. Stages(options).Select(stage => MakeDownsampling(options, stage))];
    private readonly PairedAttentionBlock[][] encoder = [.. Stages(options).Select(stage => Blocks(options, stage, inEncoder: true))];
    private readonly ResidualConvolutionBlock fineEncoder = new(
        3,
        options.InputChannels,
        options.FirstWidth / 2,
        instanceNorm: !options.FineBatchNorm
    );

    private readonly TransposedConvolution[] upsampling =
        [.. Stages(options).SkipLast(1).Select(stage => Upsample(Width(options, stage + 1), Width(options, stage), 2))];

    private readonly PairedAttentionBlock[][] decoder =
        [.. Stages(options).SkipLast(1).Select(stage => Blocks(options, stage, inEncoder: false))];

    private readonly TransposedConvolution fineUpsampling = Upsample(options.FirstWidth, options.FirstWidth / 2, options.Stem);
    private readonly ResidualConvolutionBlock fineDecoder = new(
        3,
        options.FirstWidth / 2,
        options.FirstWidth / 2,
        instanceNorm: !options.FineBatchNorm
    );
    private readonly Convolution head = new(3, options.FirstWidth / 2, options.Classes, kernel: 1);

    private readonly Convolution[] sideHeads = options.DeepSupervision
        ? [.. Stages(options).SkipLast(1).Take(2).Select(stage => new Convolution(3, Width(options, stage), options.Classes, kernel: 1))]
        : [];

    /// <summary>The line of <see cref="NetworkList"/>.</summary>
    public static NetworkEntry Entry { get; } = new NetworkEntry<UNETRPlusPlusOptions>(options => new UNETRPlusPlus(options))
    {
        Key = "unetr-plus-plus",
        Name = "UNETR++",
        Paper =
            "Shaker et al., UNETR++: Delving Into Efficient and Accurate 3D Medical Image Segmentation, IEEE TMI 2024, "
            + "https://arxiv.org/abs/2212.04497",
        Summary = "A U-shaped transformer whose blocks attend over channels and over a few projected tokens, with shared queries and keys.",
        Sizes = "the patch that it was built for, any whose sides are multiples of 16 x 32 x 32 with the usual stem and depth",
        SpatialDims = [3],
        Presets = new Dictionary<string, NetworkOptions>
        {
            ["synapse"] = new UNETRPlusPlusOptions { Classes = 14, PatchSize = [64, 128, 128] },
            ["acdc"] = FlatStem with { Classes = 4, PatchSize = [16, 160, 160] },
            ["lung"] = FlatStem with { Classes = 2, PatchSize = [32, 192, 192] },

            // The paper has results for BTCV, its code no network: this is the network for Synapse, whose organs are almost the same, at a
            // patch that UNETR uses there.
            ["btcv"] = new UNETRPlusPlusOptions { Classes = 14, PatchSize = [96, 96, 96] },
            ["brats"] = new UNETRPlusPlusOptions
            {
                InputChannels = 4,
                Classes = 4,
                PatchSize = [128, 128, 128],
                Stem = 4,
                TokenProjection = TokenProjection.Matrix,
                AddsAttentions = true,
                AttentionDropout = 0.1,
            },
        },
    };

    /// <inheritdoc/>
    public override string Description => $"unetr-plus-plus built for {string.Join(" x ", options.Patch)}";

    /// <inheritdoc/>
    public override SpatialSizeRule SizeRule => SpatialSizeRule.Exactly(options.Patch);

    // What the networks for ACDC and for lungs share.
    private static UNETRPlusPlusOptions FlatStem => new()
    {
        Stem = [1, 4, 4],
        TokenProjection = TokenProjection.Separate,
        ConvolutionsPerBlock = 2,
        AttentionDropout = 0.1,
    };

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression image) => head.Forward(Decode(image, new TensorExpression[decoder.Length]));

    /// <inheritdoc/>
    public override NetworkOutput<TensorExpression> ForwardTraining(TensorExpression image)
    {
        var coarse = new TensorExpression[decoder.Length];
        var fine = Decode(image, coarse);
        return new(head.Forward(fine), [.. sideHeads.Select((sideHead, stage) => sideHead.Forward(coarse[stage]))]);
    }

    /// <inheritdoc/>
    public override TensorExpression Encode(TensorExpression image) => Skips(image)[^1];

    private TensorExpression[] Skips(TensorExpression image)
    {
        var skips = new TensorExpression[encoder.Length];
        for (var stage = 0; stage < encoder.Length; stage++)
        {
            skips[stage] = Attend(encoder[stage], downsampling[stage].Forward(stage == 0 ? image : skips[stage - 1]));
        }

        return skips;
    }

    // The features at full resolution; those of the decoder's stages go into decoded.
    private TensorExpression Decode(TensorExpression image, TensorExpression[] decoded)
    {
        var skips = Skips(image);
        var features = skips[^1];
        for (var stage = decoder.Length - 1; stage >= 0; stage--)
        {
            decoded[stage] = features = Attend(decoder[stage], upsampling[stage].Forward(features) + skips[stage]);
        }

        return fineDecoder.Forward(fineUpsampling.Forward(features) + fineEncoder.Forward(image));
    }

    private static TensorExpression Attend(PairedAttentionBlock[] blocks, TensorExpression features) =>
        blocks.Aggregate(features, (value, block) => block.Forward(value));

    /// <inheritdoc/>
    protected override void InitializeWeights()
    {
        // The authors draw the encoder's linear layers again; convolutions and the decoder keep PyTorch's defaults.
        foreach (var linear in encoder.SelectMany(blocks => blocks).SelectMany(block => block.modules()).OfType<Linear>())
        {
            foreach (var (_, parameter) in linear.named_parameters())
            {
                if (parameter.dim() > 1)
                {
                    init.normal_(parameter, 0, 0.02); // They cut the tails at 100 standard deviations.
                }
                else
                {
                    init.zeros_(parameter);
                }
            }
        }
    }

    private static IEnumerable<int> Stages(UNETRPlusPlusOptions options) => Enumerable.Range(0, options.Stages);

    private static long Width(UNETRPlusPlusOptions options, int stage) => options.FirstWidth << stage;

    private static Downsampling MakeDownsampling(UNETRPlusPlusOptions options, int stage) => stage == 0
        ? new(options.InputChannels, options.FirstWidth, options.Stem)
        : new(Width(options, stage - 1), Width(options, stage), 2);

    private static PairedAttentionBlock[] Blocks(UNETRPlusPlusOptions options, int stage, bool inEncoder)
    {
        var stem = options.StemSize;
        long[] grid = [.. options.Patch.Select((side, axis) => side / (stem[axis] << stage))];
        return [.. Enumerable.Range(0, options.Blocks(stage, inEncoder)).Select(_ => new PairedAttentionBlock(
            Width(options, stage), grid, options.Projected(stage, inEncoder), options.ConvolutionsPerBlock, options.Attention(inEncoder)))];
    }

    private static TransposedConvolution Upsample(long inputs, long outputs, PerAxis factor) =>
        new(3, inputs, outputs, kernel: factor, stride: factor, bias: false);

    /// <inheritdoc/>
    protected override IEnumerable<(string Ours, string Original)> OriginalNames =>
    [
        ("downsampling", "unetr_pp_encoder.downsample_layers"),
        ("boxes", "0.conv"),
        ("groupNorm", "1"),
        ("encoder", "unetr_pp_encoder.stages"),
        ("fineEncoder", "encoder1"),
        .. Stages(options).SelectMany(stage => new (string, string)[]
        {
            ($"upsampling.{stage}", $"decoder{stage + 3}.transp_conv.conv"),
            ($"decoder.{stage}", $"decoder{stage + 3}.decoder_block.0"),
            ($"sideHeads.{stage}", $"out{stage + 2}.conv.conv"),
        }),
        ("fineUpsampling", "decoder2.transp_conv.conv"),
        ("fineDecoder", "decoder2.decoder_block.0"),
        ("head", "out1.conv.conv"),
        .. PairedAttentionBlock.OriginalNames,
    ];

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, string SecondName)> SharedLayers =>
        options.TokenProjection == TokenProjection.Shared ? [("epa_block.E", "epa_block.F")] : [];

    // Boxes of voxels become tokens.
    private sealed class Downsampling(long inputs, long outputs, PerAxis factor) : Layer
    {
        private readonly Convolution boxes = new(3, inputs, outputs, kernel: factor, stride: factor, bias: false);
        private readonly GroupNorm groupNorm = new((long)BigInteger.GreatestCommonDivisor(inputs, outputs), outputs);

        public TensorExpression Forward(TensorExpression input) => groupNorm.Forward(boxes.Forward(input));
    }
}
