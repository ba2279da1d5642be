using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Layers.Gates;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using static TorchSharp.torch.nn;

namespace Microsoft.ML.MedicalSegmentation.Networks.AttentionUNets;

/// <summary>A U-Net whose skip connections pass through attention gates, in 2D and 3D.</summary>
/// <remarks>
/// <para>
/// Before a skip connection joins the decoder, a gate weights each of its positions by its relevance to a gating signal from a
/// coarser level, so that the network attends to the organ and ignores what lies elsewhere.
/// </para>
/// <para>
/// Oktay et al. 2018, Attention U-Net: Learning Where to Look for the Pancreas, https://arxiv.org/abs/1804.03999.
/// The forms follow the authors' code (unet_CT_multi_att_dsv, unet_CT_single_att_dsv, unet_CT_dsv, unet_grid_attention) and the
/// community's; see <see cref="AttentionUNetForm"/>. Parameter names are theirs.
/// Differs: patches whose sides the levels cannot divide are refused, where the authors' code pads them unevenly; any
/// depth and width.
/// </para>
/// </remarks>
internal sealed class AttentionUNet(AttentionUNetOptions options) : Network(options)
{
    private readonly AttentionUNetOptions options = options;

    private readonly ConvolutionBlock[] encoder = [.. Levels(options).Select(level =>
        Block(options, level == 0 ? options.InputChannels : Width(options, level - 1), level, inEncoder: true))];

    private readonly ConvolutionBlock bottleneck = Block(options, Width(options, options.Levels - 2), options.Levels - 1, inEncoder: true);
    private readonly ConvolutionUnit? gatingSignal = MakeGatingSignal(options);
    private readonly SkipGate?[] gates = [.. Levels(options).Select(level => MakeGate(options, level))];
    private readonly Layer?[] upsampling = [.. Levels(options).Select(level => MakeUpsampling(options, level))];

    private readonly ConvolutionBlock[] decoder = [.. Levels(options).Select(level =>
        Block(options, Width(options, level) + UpsampledWidth(options, level), level, inEncoder: false))];

    private readonly Convolution[]? sideHeads = options.IsSupervised
        ? [.. Levels(options).Select(level => new Convolution(options.SpatialDims, Width(options, level), options.Classes, kernel: 1))]
        : null;

    private readonly Convolution head = new(
        options.SpatialDims,
        options.IsSupervised ? options.Classes * (options.Levels - 1) : options.FirstWidth,
        options.Classes,
        kernel: 1);

    /// <summary>The line of <see cref="NetworkList"/>.</summary>
    public static NetworkEntry Entry { get; } = new NetworkEntry<AttentionUNetOptions>(options => new AttentionUNet(options))
    {
        Key = "attention-unet",
        Name = "Attention U-Net",
        Paper = "Oktay et al., Attention U-Net: Learning Where to Look for the Pancreas, 2018, https://arxiv.org/abs/1804.03999",
        Summary = "A U-Net whose skip connections are weighted by attention gates, which learn where the organ lies.",
        Sizes = "each side a multiple of 2 to the power of depth - 1 (16 at depth 5)",
        Loss = new DiceLoss { IncludeBackground = true, Smooth = 0.01 },
        PublishedSizes = new[] { "multi-gate", "single-gate", "ungated", "shared-signal" }
            .ToDictionary(preset => preset, IReadOnlyList<long> (_) => [64, 64, 32]),
        Presets = new Dictionary<string, NetworkOptions>
        {
            ["multi-gate"] = new AttentionUNetOptions { Classes = 4 },
            ["single-gate"] = new AttentionUNetOptions { Classes = 4, Form = AttentionUNetForm.SingleGate },
            ["ungated"] = new AttentionUNetOptions { Classes = 4, Form = AttentionUNetForm.Ungated },
            ["shared-signal"] = new AttentionUNetOptions { Classes = 4, Form = AttentionUNetForm.SharedSignal },
            ["community"] = new AttentionUNetOptions
            {
                Form = AttentionUNetForm.Community,
                SpatialDims = 2,
                InputChannels = 3,
                Classes = 1,
            },
            ["community-ungated"] = new AttentionUNetOptions
            {
                Form = AttentionUNetForm.CommunityUngated,
                SpatialDims = 2,
                InputChannels = 3,
                Classes = 1,
            },
        },
    };

    /// <inheritdoc/>
    public override string Description => $"attention-unet with depth {options.Levels}";

    /// <inheritdoc/>
    public override SpatialSizeRule SizeRule
    {
        get
        {
            var multiples = Array.ConvertAll(options.PoolSize, size => (long)Math.Pow(size, options.Levels - 1));

            // The deepest gate looks at the skip connection above the bottleneck in steps of its own grid.
            var gateGrid = options.GateGrid.For(options.SpatialDims);
            var smallest = multiples.Select((multiple, axis) =>
                UsesGridGates(options) ? Math.Max(multiple, gateGrid[axis] * multiple / options.PoolSize[axis]) : multiple);
            return SpatialSizeRule.MultipleOf(multiples, [.. smallest]);
        }
    }

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression image)
    {
        var skips = Skips(image);
        var features = bottleneck.Forward(skips[^1].MaxPool(options.PoolSize));
        var signal = gatingSignal?.Forward(features) ?? features;
        var decoded = new TensorExpression[decoder.Length];
        for (var level = decoder.Length - 1; level >= 0; level--)
        {
            decoded[level] = features = Decode(level, skips[level], features, signal);
            signal = options.Form == AttentionUNetForm.SharedSignal ? signal : features;
        }

        return Predict(decoded);
    }

    /// <inheritdoc/>
    public override TensorExpression Encode(TensorExpression image) => bottleneck.Forward(Skips(image)[^1].MaxPool(options.PoolSize));

    private TensorExpression[] Skips(TensorExpression image)
    {
        var skips = new TensorExpression[encoder.Length];
        for (var level = 0; level < encoder.Length; level++)
        {
            skips[level] = encoder[level].Forward(level == 0 ? image : skips[level - 1].MaxPool(options.PoolSize));
        }

        return skips;
    }

    private TensorExpression Decode(int level, TensorExpression skip, TensorExpression features, TensorExpression signal)
    {
        using var scope = skip.OpenScope();
        var upsampled = Upsample(level, features);
        var gating = options.Form == AttentionUNetForm.Community ? upsampled : signal;
        var relevant = gates[level]?.Forward(skip, gating) ?? skip;
        return scope.Keep(decoder[level].Forward(TensorExpression.Concat(1, relevant, upsampled)));
    }

    private TensorExpression Upsample(int level, TensorExpression features) => upsampling[level] switch
    {
        ConvolutionUnit unit => unit.Forward(features.UpsampleNearest(options.PoolSize)),
        TransposedConvolution transposed => transposed.Forward(features),
        _ => features.UpsampleLinear(options.PoolSize),
    };

    // The predictions of all levels are joined before the one loss, as the authors do; none has a loss of its own.
    private TensorExpression Predict(TensorExpression[] decoded)
        => sideHeads is null
            ? head.Forward(decoded[0])
            : head.Forward(
                TensorExpression.Concat(
                    1,
                    [.. decoded.Select((features, level) => sideHeads[level].Forward(features).ResizeLinear(decoded[0].Shape.Spatial))]
                )
            );

    /// <inheritdoc/>
    protected override void InitializeWeights()
    {
        if (options.IsCommunity)
        {
            return;
        }

        // The authors' "kaiming" start: He-normal weights by fan-in, norm weights around 1.
        foreach (var (name, parameter) in named_parameters())
        {
            if (parameter.dim() > 1)
            {
                init.kaiming_normal_(parameter);
            }
            else if (name.EndsWith(".weight", StringComparison.Ordinal))
            {
                init.normal_(parameter, 1, 0.02);
            }
        }
    }

    private static IEnumerable<int> Levels(AttentionUNetOptions options) => Enumerable.Range(0, options.Levels - 1);

    private static long Width(AttentionUNetOptions options, int level) => (long)options.FirstWidth << level;

    private static ConvolutionBlock Block(AttentionUNetOptions options, long inputs, int level, bool inEncoder) =>
        new(options.SpatialDims, inputs, Width(options, level), options.KernelSize, normalized: IsNormalized(options, inEncoder));

    private static bool IsNormalized(AttentionUNetOptions options, bool inEncoder) =>
        options.IsCommunity || options.Norms == AttentionUNetNorms.All || (inEncoder && options.Norms == AttentionUNetNorms.Encoder);

    private static bool UsesGridGates(AttentionUNetOptions options) => options.Levels > 2
        && options.Form is AttentionUNetForm.MultiGate or AttentionUNetForm.SingleGate or AttentionUNetForm.SharedSignal;

    private static ConvolutionUnit? MakeGatingSignal(AttentionUNetOptions options)
    {
        var bottom = Width(options, options.Levels - 1);
        return UsesGridGates(options)
            ? new(
                options.SpatialDims,
                bottom,
                options.Form == AttentionUNetForm.SharedSignal ? bottom / 2 : bottom,
                kernel: 1,
                normalized: IsNormalized(options, inEncoder: true))
            : null;
    }

    private static SkipGate? MakeGate(AttentionUNetOptions options, int level)
    {
        var (dims, width) = (options.SpatialDims, Width(options, level));
        GridAttentionGate Grid(long gatingChannels) =>
            new(dims, width, gatingChannels, width, options.GateGrid, activation: options.GateActivation);
        return options.Form switch
        {
            AttentionUNetForm.Community => new AdditiveAttentionGate(dims, width, width, Math.Max(1, width / 2)),

            // The finest skip connection is not gated: its features are too local to be relevant or not.
            _ when level == 0 => null,
            AttentionUNetForm.MultiGate => new ParallelGates(dims, width, [Grid(2 * width), Grid(2 * width)]),
            AttentionUNetForm.SingleGate => new ParallelGates(dims, width, [Grid(2 * width)]),
            AttentionUNetForm.SharedSignal => Grid(Width(options, options.Levels - 2)),
            _ => null,
        };
    }

    private static Layer? MakeUpsampling(AttentionUNetOptions options, int level) => options.Form switch
    {
        AttentionUNetForm.Community or AttentionUNetForm.CommunityUngated => new ConvolutionUnit(
            options.SpatialDims, Width(options, level + 1), Width(options, level), options.KernelSize),
        _ when options.TransposedUpsampling => new TransposedConvolution(
            options.SpatialDims,
            Width(options, level + 1),
            Width(options, level),
            kernel: Array.ConvertAll(options.PoolSize, size => size == 1 ? 1 : 2 * size),
            stride: options.PoolSize,
            padding: Array.ConvertAll(options.PoolSize, size => size / 2)),
        _ => null,
    };

    private static long UpsampledWidth(AttentionUNetOptions options, int level) =>
        MakesOwnWidth(options) ? Width(options, level) : Width(options, level + 1);

    private static bool MakesOwnWidth(AttentionUNetOptions options) => options.IsCommunity || options.TransposedUpsampling;

    /// <inheritdoc/>
    protected override IEnumerable<(string Ours, string Original)> OriginalNames =>
        options.IsCommunity ? CommunityNames() : AuthorsNames();

    private IEnumerable<(string Ours, string Original)> AuthorsNames() =>
    [
        .. Levels(options).SelectMany(level => new (string, string)[]
        {
            ($"encoder.{level}", $"conv{level + 1}"),
            ($"gates.{level}", $"attentionblock{level + 1}"),
            ($"upsampling.{level}", $"up_concat{level + 1}.up"),
            ($"decoder.{level}", $"up_concat{level + 1}.conv"),
            ($"sideHeads.{level}", level == 0 ? "dsv1" : $"dsv{level + 1}.dsv.0"),
        }),
        ("bottleneck", "center"),
        ("gatingSignal.convolution", "gating.conv1.0"),
        ("gatingSignal.norm", "gating.conv1.1"),
        .. ParallelGates.OriginalNames,
        ("first.convolution", "conv1.0"),
        ("first.norm", "conv1.1"),
        ("second.convolution", "conv2.0"),
        ("second.norm", "conv2.1"),
        ("head", "final"),
    ];

    private IEnumerable<(string Ours, string Original)> CommunityNames() =>
    [
        .. Levels(options).SelectMany(level => new (string, string)[]
        {
            ($"encoder.{level}", $"Conv{level + 1}"),
            ($"gates.{level}", $"Att{level + 2}"),
            ($"upsampling.{level}.convolution", $"Up{level + 2}.up.1"),
            ($"upsampling.{level}.norm", $"Up{level + 2}.up.2"),
            ($"decoder.{level}", $"Up_conv{level + 2}"),
        }),
        ("bottleneck", $"Conv{options.Levels}"),
        ("gatingProjection.convolution", "W_g.0"),
        ("gatingProjection.norm", "W_g.1"),
        ("skipProjection.convolution", "W_x.0"),
        ("skipProjection.norm", "W_x.1"),
        ("score.convolution", "psi.0"),
        ("score.norm", "psi.1"),
        ("first.convolution", "conv.0"),
        ("first.norm", "conv.1"),
        ("second.convolution", "conv.3"),
        ("second.norm", "conv.4"),
        ("head", "Conv_1x1"),
    ];
}
