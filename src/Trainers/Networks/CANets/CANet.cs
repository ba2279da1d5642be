using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Layers.Gates;
using Microsoft.ML.MedicalSegmentation.Layers.SelfAttention;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using static TorchSharp.torch.nn;

namespace Microsoft.ML.MedicalSegmentation.Networks.CANets;

/// <summary>CA-Net: a U-Net with attention over positions, channels and scales together, in 2D and 3D.</summary>
/// <remarks>
/// <para>
/// The coarsest skip connection passes a non-local block, those above it two attention gates each, the finest none. Decoder blocks weight
/// channels; the predictions of all levels are weighted by scale attention and joined.
/// </para>
/// <para>
/// Gu et al. 2020, CA-Net: Comprehensive Attention Convolutional Neural Networks for Explainable Medical Image Segmentation,
/// https://arxiv.org/abs/2009.10549, with the parameters of the authors' code.
/// Differs: dropout acts in training only, so that inference is deterministic; where a level's side is odd, features are stretched, not
/// filled up with random numbers; pooling over the whole grid, so that any size is taken; logits instead of probabilities; any depth and
/// width; more channels at each scale where there are more than two classes; the norm before the last rectifier starts at 1, without which
/// a class may get no gradient and never be learnt. <see cref="CANetOptions.Strict"/> gives the authors' numbers.
/// </para>
/// </remarks>
internal sealed class CANet(CANetOptions options) : Network(options)
{
    private readonly CANetOptions options = options;

    private readonly ConvolutionBlock[] encoder = [.. Levels(options).Select(level => new ConvolutionBlock(
        options.SpatialDims, level == 0 ? options.InputChannels : Width(options, level - 1), Width(options, level)))];

    private readonly ConvolutionBlock bottleneck =
        new(options.SpatialDims, Width(options, options.Levels - 2), Width(options, options.Levels - 1));

    private readonly NonLocalBlock nonLocal =
        new(options.SpatialDims, Width(options, options.Levels - 1), Math.Max(1, Width(options, options.Levels - 1) / 4));

    private readonly ParallelGates?[] gates = [.. Levels(options).Select(level => MakeGates(options, level))];

    private readonly TransposedConvolution[] upsampling = [.. Levels(options).Select(level => new TransposedConvolution(
        options.SpatialDims, Width(options, level + 1), Width(options, level), kernel: 2, stride: 2))];

    private readonly ChannelWeightedBlock[] decoder = [.. Levels(options).Select(level => new ChannelWeightedBlock(
        options.SpatialDims, Width(options, level + 1), Width(options, level)))];

    private readonly Convolution[] sideHeads = [.. Levels(options).Select(level => new Convolution(
        options.SpatialDims, Width(options, level), options.ChannelsOfScale, kernel: 1))];

    private readonly ScaleAttention scaleAttention = new(options.SpatialDims, options.Levels - 1, options.ChannelsOfScale);
    private readonly Dropout dropout = new(options.Dropout, wholeChannels: true);
    private readonly Convolution head = new(options.SpatialDims, options.ChannelsOfScale, options.Classes, kernel: 1);

    /// <summary>The line of <see cref="NetworkList"/>.</summary>
    public static NetworkEntry Entry { get; } = new NetworkEntry<CANetOptions>(options => new CANet(options))
    {
        Key = "ca-net",
        Name = "CA-Net",
        Paper =
            "Gu et al., CA-Net: Comprehensive Attention Convolutional Neural Networks for Explainable Medical Image Segmentation, "
            + "IEEE TMI 2020, https://arxiv.org/abs/2009.10549",
        Summary = "A U-Net that attends to positions, channels and scales together; small, and its attention can be shown.",
        Sizes = "any, from 2 to the power of depth - 1 on (16 at depth 5)",
        Loss = new LogDiceLoss { IncludeBackground = true, BatchDice = true, DenominatorOffset = 1 },
        PublishedSizes = new Dictionary<string, IReadOnlyList<long>> { ["isic-2018"] = [224, 300] },
        Presets = new Dictionary<string, NetworkOptions>
        {
            ["isic-2018"] = new CANetOptions { SpatialDims = 2, InputChannels = 3, Classes = 2 },
        },
    };

    /// <inheritdoc/>
    public override string Description => $"ca-net with depth {options.Levels}";

    /// <inheritdoc/>
    public override SpatialSizeRule SizeRule => SpatialSizeRule.MultipleOf(
        [.. Enumerable.Repeat(1L, options.SpatialDims)],
        [.. options.GateGrid.Select(step => Math.Max(1L << (options.Levels - 1), step << Math.Max(0, options.Levels - 3)))]);

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression image)
    {
        var deepest = encoder.Length - 1;
        var skips = Skips(image);
        var features = dropout.Forward(bottleneck.Forward(skips[deepest].MaxPool(2)));
        var sides = new TensorExpression[decoder.Length];
        for (var level = deepest; level >= 0; level--)
        {
            features = Decode(level, skips[level], features);
            sides[level] = sideHeads[level].Forward(features).ResizeLinear(image.Shape.Spatial);
        }

        var logits = head.Forward(scaleAttention.Forward(TensorExpression.Concat(1, sides)));
        return options.Strict ? logits.Softmax(1) : logits;
    }

    /// <inheritdoc/>
    public override TensorExpression Encode(TensorExpression image) => dropout.Forward(bottleneck.Forward(Skips(image)[^1].MaxPool(2)));

    private TensorExpression[] Skips(TensorExpression image)
    {
        var skips = new TensorExpression[encoder.Length];
        for (var level = 0; level < encoder.Length; level++)
        {
            skips[level] = encoder[level].Forward(level == 0 ? image : skips[level - 1].MaxPool(2));
            skips[level] = level == encoder.Length - 1 ? dropout.Forward(skips[level]) : skips[level];
        }

        return skips;
    }

    private TensorExpression Decode(int level, TensorExpression skip, TensorExpression features)
    {
        using var scope = skip.OpenScope();
        var relevant = gates[level]?.Forward(skip, features) ?? skip;
        var joined = TensorExpression.Concat(1, relevant, Enlarge(level, features, skip.Shape.Spatial));
        var isDeepest = level == encoder.Length - 1;
        var decoded = decoder[level].Forward(isDeepest ? nonLocal.Forward(joined) : joined);
        return scope.Keep(isDeepest ? dropout.Forward(decoded) : decoded);
    }

    private TensorExpression Enlarge(int level, TensorExpression features, long[] size)
    {
        var enlarged = upsampling[level].Forward(features);
        if (!options.Strict)
        {
            return enlarged.ResizeLinear(size);
        }

        long[] missing = [.. enlarged.Shape.Spatial.Select((side, axis) => size[axis] - side)];
        return enlarged.Pad(0, missing);
    }

    /// <inheritdoc/>
    protected override void InitializeWeights()
    {
        // The authors start the attention blocks He-normal by fan-in, with norms around 1; the rest keeps PyTorch's defaults.
        var attention = gates.OfType<Layer>().Append(nonLocal);
        foreach (var (name, parameter) in attention.SelectMany(layer => layer.named_parameters()))
        {
            if (parameter.dim() > 1)
            {
                init.kaiming_normal_(parameter);
            }
            else if (name.EndsWith("norm.weight", StringComparison.Ordinal))
            {
                init.normal_(parameter, 1, 0.02);
            }
        }

        if (!options.Strict)
        {
            scaleAttention.StartOpen();
        }
    }

    private static IEnumerable<int> Levels(CANetOptions options) => Enumerable.Range(0, options.Levels - 1);

    private static long Width(CANetOptions options, int level) => options.FirstWidth << level;

    private static ParallelGates? MakeGates(CANetOptions options, int level)
    {
        if (level == 0 || level == options.Levels - 2)
        {
            return null;
        }

        var width = Width(options, level);
        GridAttentionGate Gate() => new(
            options.SpatialDims, width, 2 * width, width, options.GateGrid, skipBias: true, options.GateActivation);
        return new(options.SpatialDims, width, [Gate(), Gate()]);
    }

    /// <inheritdoc/>
    protected override IEnumerable<(string Ours, string Original)> OriginalNames =>
    [
        .. Levels(options).SelectMany(level => new (string, string)[]
        {
            ($"encoder.{level}", $"conv{level + 1}"),
            ($"gates.{level}", $"attentionblock{level + 1}"),
            ($"upsampling.{level}", $"up_concat{level + 1}.up"),
            ($"decoder.{level}", $"up{level + 1}"),
            ($"sideHeads.{level}", level == 0 ? "dsv1" : $"dsv{level + 1}.dsv.0"),
        }),
        ("bottleneck", "center"),
        ("first.convolution", "conv.0"),
        ("first.norm", "conv.1"),
        ("second.convolution", "conv.3"),
        ("second.norm", "conv.4"),
        .. ParallelGates.OriginalNames,
        ("nonLocal.query", $"nonlocal{options.Levels - 1}_2.theta"),
        ("nonLocal.key", $"nonlocal{options.Levels - 1}_2.phi.0"),
        ("nonLocal.value", $"nonlocal{options.Levels - 1}_2.g.0"),
        ("nonLocal", $"nonlocal{options.Levels - 1}_2"),
        ("head", "final.0"),
        .. ScaleAttention.OriginalNames,
        .. ChannelWeightedBlock.OriginalNames,
    ];
}
