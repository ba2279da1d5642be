using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Layers.Axial;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Parameter = TorchSharp.Modules.Parameter;

namespace Microsoft.ML.MedicalSegmentation.Networks.MedicalTransformers;

/// <summary>The Medical Transformer: axial attention with gated positions, on the whole image and on its patches, in 2D.</summary>
/// <remarks>
/// <para>
/// Two branches see the image, a shallow one as a whole and a deep one as 4 x 4 patches; their features are added. Position tables make the
/// weights belong to one image size. The gates keep their first values for some epochs
/// (<see cref="MedicalTransformerOptions.FrozenGateEpochs"/>), decided by the epoch's number, so that resumed training does the same.
/// </para>
/// <para>
/// Valanarasu et al. 2021, Medical Transformer: Gated Axial-Attention for Medical Image Segmentation, https://arxiv.org/abs/2102.10662.
/// The forms and parameter names follow the authors' code (axialunet, gated, MedT, logo). As there, the patches' attention of MedT has no
/// positions, where the paper says gated (<see cref="MedicalTransformerOptions.PatchPositions"/>).
/// Differs: patches are a quarter of the image at every size, and sides may differ, where the authors' code covers the first 128 x 128
/// pixels only; patches share batch statistics in training (<see cref="MedicalTransformerOptions.SeparatePatches"/>).
/// </para>
/// </remarks>
internal sealed class MedicalTransformer(MedicalTransformerOptions options) : Network(options)
{
    private const int PatchesPerSide = 4;

    private readonly MedicalTransformerOptions options = options;

    private readonly Branch imageBranch = new(
        options, options.FirstWidth, options.Patch, options.ImageAttention, stages: options.HasPatches ? 2 : 4);

    // The authors' code does not reset its channel counter, so the patches' stem is as wide as the image branch's last stage.
    private readonly Branch? patchBranch = options.HasPatches
        ? new(options, 8 * options.FirstWidth, [.. options.Patch.Select(side => side / PatchesPerSide)], options.PatchAttention, stages: 4)
        : null;

    private readonly Convolution? fusion = options.HasPatches
        ? new(2, 2 * options.FirstWidth, 2 * options.FirstWidth, kernel: 3, padding: 1)
        : null;

    private readonly Convolution head = new(2, 2 * options.FirstWidth, options.Classes, kernel: 1);
    private readonly Convolution? unusedHead = options.HasPatches ? new(2, 2 * options.FirstWidth, options.Classes, kernel: 1) : null;

    /// <summary>The line of <see cref="NetworkList"/>.</summary>
    public static NetworkEntry Entry { get; } = new NetworkEntry<MedicalTransformerOptions>(options => new MedicalTransformer(options))
    {
        Key = "medical-transformer",
        Name = "Medical Transformer",
        Paper =
            "Valanarasu et al., Medical Transformer: Gated Axial-Attention for Medical Image Segmentation, MICCAI 2021, "
            + "https://arxiv.org/abs/2102.10662",
        Summary = "Attention along rows and columns with gated positions, on the whole image and on its patches.",
        Sizes = "the size that it was built for, any whose sides are multiples of 64 (16 in the forms without patches)",
        SpatialDims = [2],
        Loss = new CrossEntropyLoss(),
        Presets = new Dictionary<string, NetworkOptions>
        {
            ["medt"] = Published(MedicalTransformerForm.MedT),
            ["logo"] = Published(MedicalTransformerForm.LoGo),
            ["gated"] = Published(MedicalTransformerForm.GatedAxial),
            ["axial"] = Published(MedicalTransformerForm.Axial),
        },
    };

    /// <inheritdoc/>
    public override string Description => $"medical-transformer built for {string.Join(" x ", options.Patch)}";

    /// <inheritdoc/>
    public override SpatialSizeRule SizeRule => SpatialSizeRule.Exactly(options.Patch);

    /// <inheritdoc/>
    public override IReadOnlyList<string> UnusedParameters => !options.HasPatches ? []
        : options.PatchAttention != AxialPositions.None ? ["adjust_p."]
        : ["adjust_p.", .. Branch.BlockNames(options, stages: 4).Select(name => $"{name.Original}_p.{name.Block}.conv1.")];

    /// <inheritdoc/>
    public override void OnEpochStarting(int epoch)
    {
        foreach (var gate in imageBranch.Gates.Concat(patchBranch?.Gates ?? []))
        {
            gate.requires_grad = epoch > options.FrozenGateEpochs;
        }
    }

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression image)
    {
        var features = imageBranch.Forward(image);
        if (patchBranch is not null && fusion is not null)
        {
            features = fusion.Forward(features + ForwardPatches(patchBranch, image)).Relu();
        }

        return head.Forward(features);
    }

    /// <summary>
    /// The deepest features of both branches, each pooled over its grid and, for the patches, over the patches of an image.
    /// </summary>
    /// <inheritdoc/>
    public override TensorExpression Encode(TensorExpression image)
    {
        var features = imageBranch.Encode(image).GlobalAveragePool();
        return patchBranch is null
            ? features
            : TensorExpression.Concat(1, features, Join(patchBranch.Encode(Apart(image))).GlobalAveragePool());
    }

    private TensorExpression ForwardPatches(Branch branch, TensorExpression whole)
    {
        var (height, width) = (whole.Shape[2] / PatchesPerSide, whole.Shape[3] / PatchesPerSide);
        if (options.SeparatePatches && training)
        {
            return TensorExpression.Concat(2, [.. Patches.Select(row => TensorExpression.Concat(3, [.. Patches.Select(column =>
                branch.Forward(whole.Slice(2, row * height, height).Slice(3, column * width, width)))]))]);
        }

        return Join(branch.Forward(Apart(whole)));
    }

    // [N, C, H, W] -> [16 N, C, H / 4, W / 4].
    private static TensorExpression Apart(TensorExpression whole)
    {
        var (height, width) = (whole.Shape[2] / PatchesPerSide, whole.Shape[3] / PatchesPerSide);
        var apart = whole.Reshape(-1, whole.Shape.Channels, PatchesPerSide, height, PatchesPerSide, width).Permute(0, 2, 4, 1, 3, 5);
        return apart.Reshape(-1, whole.Shape.Channels, height, width);
    }

    /// <inheritdoc/>
    public override TensorExpression WholeMap(TensorExpression map) =>
        map.Shape[0] % (PatchesPerSide * PatchesPerSide) == 0 ? Join(map) : map;

    // [16 N, C, H, W] -> [N, C, 4 H, 4 W].
    private static TensorExpression Join(TensorExpression patches)
    {
        var (channels, height, width) = (patches.Shape.Channels, patches.Shape[2], patches.Shape[3]);
        return patches
            .Reshape(-1, PatchesPerSide, PatchesPerSide, channels, height, width)
            .Permute(0, 3, 1, 4, 2, 5)
            .Reshape(-1, channels, PatchesPerSide * height, PatchesPerSide * width);
    }

    private static IEnumerable<int> Patches => Enumerable.Range(0, PatchesPerSide);

    private static MedicalTransformerOptions Published(MedicalTransformerForm form) =>
        new() { Form = form, InputChannels = 3, PatchSize = [128, 128] };

    /// <inheritdoc/>
    protected override IEnumerable<(string Ours, string Original)> OriginalNames =>
    [
        .. Branch.Names(options.HasPatches ? 2 : 4).Select(name => ($"imageBranch.{name.Ours}", name.Original)),
        .. Branch.Names(stages: 4).Select(name => ($"patchBranch.{name.Ours}", $"{name.Original}_p")),
        ("fusion", "decoderf"),
        ("head", "adjust"),
        ("unusedHead", "adjust_p"),
        .. AxialAttentionBlock.OriginalNames,
    ];

    // An axial attention U-Net without its head: a stem at half resolution, two or four stages of blocks, and a decoder to full resolution.
    private sealed class Branch(MedicalTransformerOptions options, long stem, long[] size, AxialPositions positions, int stages) : Layer
    {
        private const int StemMiddle = 128;

        private readonly Convolution stem1 = new(2, options.InputChannels, stem, kernel: 7, stride: 2, padding: 3, bias: false);
        private readonly BatchNorm norm1 = new(stem);
        private readonly Convolution stem2 = new(2, stem, StemMiddle, kernel: 3, padding: 1, bias: false);
        private readonly BatchNorm norm2 = new(StemMiddle);
        private readonly Convolution stem3 = new(2, StemMiddle, stem, kernel: 3, padding: 1, bias: false);
        private readonly BatchNorm norm3 = new(stem);

        private readonly AxialAttentionBlock[][] encoder =
            [.. Enumerable.Range(0, stages).Select(stage => MakeStage(options, stem, size, positions, stage))];

        // Only the deep branch goes below its coarsest stage.
        private readonly Convolution? bottom = stages == 4
            ? new(2, Width(options, 3), Width(options, 3), kernel: 3, stride: 2, padding: 1)
            : null;

        private readonly Convolution[] decoder = [.. Enumerable.Range(0, stages).Select(stage => new Convolution(
            2, Width(options, stage), Width(options, stage) / 2, kernel: 3, padding: 1))];

        public IEnumerable<Parameter> Gates => encoder.SelectMany(blocks => blocks).SelectMany(block => block.Gates);

        // [N, channels, H, W] -> [N, twice the first width, H, W].
        public TensorExpression Forward(TensorExpression input)
        {
            using var scope = input.OpenScope();
            var skips = Skips(input);
            var features = bottom is null ? skips[^1] : Enlarge(bottom, skips[^1], skips[^1].Shape.Spatial) + skips[^1];
            for (var stage = encoder.Length - 1; stage > 0; stage--)
            {
                features = Enlarge(decoder[stage], features, skips[stage - 1].Shape.Spatial) + skips[stage - 1];
            }

            return scope.Keep(Enlarge(decoder[0], features, input.Shape.Spatial));
        }

        // [N, channels, H, W] -> the features of the coarsest grid.
        public TensorExpression Encode(TensorExpression input)
        {
            using var scope = input.OpenScope();
            var features = Skips(input)[^1];
            return scope.Keep(bottom?.Forward(features).Relu() ?? features);
        }

        private TensorExpression[] Skips(TensorExpression input)
        {
            var features = norm1.Forward(stem1.Forward(input)).Relu();
            features = norm2.Forward(stem2.Forward(features)).Relu();
            features = norm3.Forward(stem3.Forward(features)).Relu();
            var skips = new TensorExpression[encoder.Length];
            for (var stage = 0; stage < encoder.Length; stage++)
            {
                skips[stage] = features = encoder[stage].Aggregate(features, (value, block) => block.Forward(value));
            }

            return skips;
        }

        public static IEnumerable<(string Original, int Block)> BlockNames(MedicalTransformerOptions options, int stages) =>
            from stage in Enumerable.Range(0, stages)
            from block in Enumerable.Range(0, options.BlocksPerStage[stage])
            select ($"layer{stage + 1}", block);

        public static IEnumerable<(string Ours, string Original)> Names(int stages) =>
            [
                .. Enumerable
                    .Range(1, 3)
                    .SelectMany(number => new (string, string)[] { ($"stem{number}", $"conv{number}"), ($"norm{number}", $"bn{number}") }),
                .. Enumerable
                    .Range(0, stages)
                    .SelectMany(stage =>
                        new (string, string)[] { ($"encoder.{stage}", $"layer{stage + 1}"), ($"decoder.{stage}", $"decoder{5 - stage}") }
                    ),
                ("bottom", "decoder1"),
            ];

        private static TensorExpression Enlarge(Convolution convolution, TensorExpression features, long[] size) =>
            convolution.Forward(features).ResizeLinear(size).Relu();

        // Channels after a stage.
        private static long Width(MedicalTransformerOptions options, int stage) => 4 * options.FirstWidth << stage;

        private static AxialAttentionBlock[] MakeStage(
            MedicalTransformerOptions options, long stem, long[] size, AxialPositions positions, int stage)
        {
            // The first block of a stage sees the grid of the stage before; all but the first stage halve it.
            var (inputs, outputs) = (stage == 0 ? stem : Width(options, stage - 1), Width(options, stage));
            long[] fine = [.. size.Select(side => side / (2 << Math.Max(0, stage - 1)))];
            long[] grid = [.. size.Select(side => side / (2 << stage))];
            var channels = options.AttentionChannels(stage);
            AxialAttentionBlock first = new(inputs, channels, fine, options.Groups, positions, stage == 0 ? 1 : 2, outputs);
            return [first, .. Enumerable.Range(1, options.BlocksPerStage[stage] - 1).Select(_ =>
                new AxialAttentionBlock(outputs, channels, grid, options.Groups, positions, outputs: outputs))];
        }
    }
}
