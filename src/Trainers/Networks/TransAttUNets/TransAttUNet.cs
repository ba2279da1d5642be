using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Layers.SelfAttention;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using static TorchSharp.torch.nn;

namespace Microsoft.ML.MedicalSegmentation.Networks.TransAttUNets;

/// <summary>
/// TransAttUNet: a U-Net with a transformer's and a position attention at its coarsest level, and residual multi-scale skips, in 2D and 3D.
/// </summary>
/// <remarks>
/// <para>
/// Both attentions see the coarsest features and their results are added. In the decoder each level also gets what went into the level
/// below.
/// </para>
/// <para>
/// Chen et al. 2021, TransAttUnet: Multi-level Attention-guided U-Net with Transformer for Medical Image Segmentation,
/// https://arxiv.org/abs/2107.05274, the residual (R) variant, with the parameters of the authors' code, its four unused blocks included,
/// and the dense (D) and cascaded (C) ones. Differs: of the latter two no code was published, and they are formed after their names, with
/// the widths of the residual one; the cascaded one brings the features of every level of the decoder to the head, and gives each level
/// those of the level below alone. The transformer's attention is one of channels and without projections, as the code has it;
/// <see cref="TransAttUNetOptions.TokenAttention"/> is the paper's. Position tables stretch to grids that are larger than they are;
/// a third table in 3D; any depth and width.
/// </para>
/// </remarks>
internal sealed class TransAttUNet(TransAttUNetOptions options) : Network(options)
{
    private readonly TransAttUNetOptions options = options;

    private readonly ConvolutionBlock[] encoder = [.. Enumerable.Range(0, options.Levels).Select(level => new ConvolutionBlock(
        options.SpatialDims, level == 0 ? options.InputChannels : Width(options, level - 1), Width(options, level)))];

    private readonly PositionTable[] positions = [.. Enumerable.Range(0, options.SpatialDims).Select(axis => MakeTable(options, axis))];
    private readonly Dropout weightDropout = new(options.AttentionDropout);

    private readonly TokenSelfAttention? tokenAttention =
        options.TokenAttention ? new(options.BottomWidth, options.Heads, options.AttentionDropout) : null;

    private readonly PositionAttention globalAttention = new(options.SpatialDims, options.BottomWidth);

    private readonly ConvolutionBlock[] decoder = [.. DecoderLevels(options).Select(level => new ConvolutionBlock(
        options.SpatialDims, DecoderInputs(options, level), DecodedWidth(options, level), middle: DecoderInputs(options, level) / 2))];

    // The authors make these blocks and never use them; they are here so that checkpoints fit.
    private readonly FusionBlock[] fusions =
        options.Skips != TransAttUNetSkips.Residual
            ? []
            :
            [
                .. DecoderLevels(options)
                    .Reverse()
                    .Select(level => new FusionBlock(
                        options.SpatialDims,
                        CarriedWidth(options, level - 1),
                        DecodedWidth(options, level),
                        softmax: true
                    )),
            ];

    private readonly Convolution head = new(options.SpatialDims, CarriedWidth(options, -1), options.Classes, kernel: 1);

    /// <summary>The line of <see cref="NetworkList"/>.</summary>
    public static NetworkEntry Entry { get; } = new NetworkEntry<TransAttUNetOptions>(options => new TransAttUNet(options))
    {
        Key = "transattunet",
        Name = "TransAttUNet",
        Paper =
            "Chen et al., TransAttUnet: Multi-level Attention-guided U-Net with Transformer for Medical Image Segmentation, 2021, "
            + "https://arxiv.org/abs/2107.05274",
        Summary = "A U-Net with transformer and position attention at its coarsest level and residual multi-scale skip connections.",
        Sizes = "any, from 2 to the power of depth - 1 on (16 at depth 5)",
        Presets = new Dictionary<string, NetworkOptions>
        {
            ["residual"] = new TransAttUNetOptions { SpatialDims = 2, InputChannels = 3, Classes = 1 },
            ["residual-tokens"] = new TransAttUNetOptions { SpatialDims = 2, InputChannels = 3, Classes = 1, TokenAttention = true },
        },
    };

    /// <inheritdoc/>
    public override string Description => $"transattunet with depth {options.Levels}";

    /// <inheritdoc/>
    public override SpatialSizeRule SizeRule => SpatialSizeRule.MultipleOf(
        [.. Enumerable.Repeat(1L, options.SpatialDims)],
        [.. Enumerable.Repeat(1L << (options.Levels - 1), options.SpatialDims)]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> UnusedParameters => ["fuse"];

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression image)
    {
        var skips = Skips(image);
        var carried = Attend(skips[^1]);
        TensorExpression[] coarser = options.Skips == TransAttUNetSkips.Cascade ? [] : [carried];
        for (var level = decoder.Length - 1; level >= 0; level--)
        {
            var size = skips[level].Shape.Spatial;
            var decoded = decoder[level].Forward(TensorExpression.Concat(1, skips[level], Doubled(carried, size)));
            carried = options.Skips == TransAttUNetSkips.Cascade && level > 0
                ? decoded
                : TensorExpression.Concat(1, [.. coarser.Select(features => features.ResizeLinear(size, alignCorners: true)), decoded]);
            coarser = options.Skips == TransAttUNetSkips.Residual ? [decoded] : [.. coarser, decoded];
        }

        return head.Forward(carried);
    }

    /// <inheritdoc/>
    public override TensorExpression Encode(TensorExpression image) => Attend(Skips(image)[^1]);

    private TensorExpression[] Skips(TensorExpression image)
    {
        var skips = new TensorExpression[encoder.Length];
        for (var level = 0; level < encoder.Length; level++)
        {
            skips[level] = encoder[level].Forward(level == 0 ? image : skips[level - 1].MaxPool(2));
        }

        return skips;
    }

    // Twice as large; where the size is odd, a last row or column of zeros, as in the authors' code.
    private static TensorExpression Doubled(TensorExpression features, long[] size)
    {
        var enlarged = features.UpsampleLinear(2, alignCorners: true);
        long[] missing = [.. enlarged.Shape.Spatial.Select((side, axis) => size[axis] - side)];
        return enlarged.Pad(0, missing);
    }

    private TensorExpression Attend(TensorExpression features)
    {
        using var scope = features.OpenScope();
        var placed = features + Positions(features);
        var transformed = tokenAttention is null
            ? AttendChannels(placed)
            : tokenAttention.Forward(placed.Flatten(2).Transpose(1, 2), features.Shape.Spatial).Transpose(1, 2);
        return scope.Keep(transformed.Reshape([-1, options.BottomWidth, .. features.Shape.Spatial]) + globalAttention.Forward(features));
    }

    private TensorExpression AttendChannels(TensorExpression placed)
    {
        var rows = placed.Flatten(2);
        var weights = (rows / Math.Sqrt(options.BottomWidth)).MatMul(rows.Transpose(1, 2)).Softmax(-1);
        return weightDropout.Forward(weights).MatMul(rows);
    }

    // [1, C, S]: the tables of the axes side by side in the channels, that of the last axis first.
    private TensorExpression Positions(TensorExpression features)
    {
        var size = features.Shape.Spatial;
        return TensorExpression.Concat(1, [.. positions.Select((table, at) =>
        {
            var axis = size.Length - 1 - at;
            var line = new long[size.Length];
            Array.Fill(line, 1);
            line[axis] = size[axis];
            return table.Forward(features, size[axis]).Reshape([1, table.Channels, .. line]).Expand([1, table.Channels, .. size]);
        })]);
    }

    /// <inheritdoc/>
    protected override void InitializeWeights()
    {
        foreach (var (_, parameter) in positions.SelectMany(table => table.named_parameters()))
        {
            init.uniform_(parameter, 0, 1);
        }
    }

    private static IEnumerable<int> DecoderLevels(TransAttUNetOptions options) => Enumerable.Range(0, options.Levels - 1);

    private static long Width(TransAttUNetOptions options, int level) => Math.Min(options.FirstWidth << level, options.BottomWidth);

    private static long DecodedWidth(TransAttUNetOptions options, int level) =>
        level == options.Levels - 1 ? options.BottomWidth : Width(options, Math.Max(0, level - 1));

    // What goes up into a level, or from level 0 into the head: the features of the level below, joined with those of other levels.
    private static long CarriedWidth(TransAttUNetOptions options, int level)
    {
        var joined = options.Skips switch
        {
            TransAttUNetSkips.Dense => options.Levels - 1 - level,
            TransAttUNetSkips.Cascade => level < 0 ? options.Levels - 1 : 1,
            _ => 2,
        };
        return Enumerable.Range(level + 1, joined).Where(below => below < options.Levels).Sum(below => DecodedWidth(options, below));
    }

    private static long DecoderInputs(TransAttUNetOptions options, int level) => Width(options, level) + CarriedWidth(options, level);

    private static PositionTable MakeTable(TransAttUNetOptions options, int axis)
    {
        var share = options.BottomWidth / options.SpatialDims;
        var rest = axis == 0 ? options.BottomWidth % options.SpatialDims : 0;
        return new(options.PositionPlaces, share + rest);
    }

    /// <inheritdoc/>
    protected override IEnumerable<(string Ours, string Original)> OriginalNames =>
    [
        .. Enumerable.Range(0, options.Levels).SelectMany(level => new (string, string)[]
        {
            ($"encoder.{level}", level == 0 ? "inc" : $"down{level}.maxpool_conv.1"),
            ($"decoder.{level}", $"up{options.Levels - 1 - level}.conv"),
            ($"fusions.{level}", $"fuse{level + 1}"),
        }),
        ("first.convolution", "double_conv.0"),
        ("first.norm", "double_conv.1"),
        ("second.convolution", "double_conv.3"),
        ("second.norm", "double_conv.4"),
        ("positions.0", "pos.col_embed"),
        ("positions.1", "pos.row_embed"),
        ("positions.2", "pos.slice_embed"),
        ("globalAttention", "pam"),
        ("head", "outc.conv"),
        .. PositionAttention.OriginalNames,
        .. FusionBlock.OriginalNames,
    ];
}
