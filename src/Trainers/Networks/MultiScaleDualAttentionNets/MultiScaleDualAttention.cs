using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Networks.UNets;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Networks.MultiScaleDualAttentionNets;

/// <summary>
/// Multi-scale self-guided attention: two stacks of position and channel attention at four scales of a residual encoder, in 2D and 3D.
/// </summary>
/// <remarks>
/// <para>
/// The scales of the encoder are brought to a quarter of the resolution and fused. At each scale the attention sees the scale and the
/// fusion; the second stack sees the fusion weighted by the first stack's result. Evaluation averages the second stack's four predictions.
/// Position attention needs memory with the square of the positions at a quarter of the resolution.
/// </para>
/// <para>
/// Sinha and Dolz 2021, Multi-scale self-guided attention for medical image segmentation, https://arxiv.org/abs/1906.02849.
/// Parameters and names are those of the authors' code, the blocks that it never uses included. Its training loss is the sum of the loss
/// over eight predictions plus guided-attention and reconstruction terms.
/// Differs, as the code does: ResNeXt-101 where the paper says ResNet-101. The encoders of the U-Net are options of this library. Where a
/// quarter of a side is odd, at which the code fails, the autoencoders' results are stretched to it. Other encoders, widths and class
/// counts are options.
/// </para>
/// </remarks>
internal sealed class MultiScaleDualAttention(MultiScaleDualAttentionOptions options) : Network(options)
{
    private const int Scales = 4;

    private readonly MultiScaleDualAttentionOptions options = options;
    private readonly ResidualEncoder? residualEncoder =
        options.HasUNetEncoder ? null : new(options.SpatialDims, options.InputChannels, options.FirstWidth, options.Encoder);

    private readonly UNetEncoder? encoder = options.HasUNetEncoder ? new(options.UNetOptions) : null;

    private readonly ConvolutionUnit[] reductions = PerScale(scale => new ConvolutionUnit(
        options.SpatialDims,
        options.Channels(scale),
        options.FirstWidth,
        kernel: 1,
        rectified: false));

    private readonly PRelu[] reductionRectifiers = PerScale(_ => new PRelu());
    private readonly FusionBlock fusion = new(options.SpatialDims, Scales * options.FirstWidth, options.FirstWidth, softmax: false);

    private readonly DualAttentionStack[] stacks =
        [new(options.SpatialDims, options.FirstWidth, Scales), new(options.SpatialDims, options.FirstWidth, Scales)];

    private readonly Convolution[] firstHeads = options.DeepSupervision ? PerScale(_ => Pointwise(options, options.Classes)) : [];
    private readonly Convolution[] secondHeads = PerScale(_ => Pointwise(options, options.Classes));

    // The authors make these blocks and never use them; they are here so that checkpoints fit.
    private readonly Convolution[] unusedPositionOutputs = PerScale(_ => Pointwise(options, options.FirstWidth));
    private readonly Convolution[] unusedChannelOutputs = PerScale(_ => Pointwise(options, options.FirstWidth));
    private readonly FusionBlock[] unusedAttentions = PerScale(_ => Fusion(options, softmax: true));
    private readonly FusionBlock[] unusedRefinements = PerScale(_ => Fusion(options, softmax: false));

    /// <summary>The line of <see cref="NetworkList"/>.</summary>
    public static NetworkEntry Entry { get; } = new NetworkEntry<MultiScaleDualAttentionOptions>(
        options => new MultiScaleDualAttention(options))
    {
        Key = "multi-scale-dual-attention",
        Name = "Multi-scale self-guided attention",
        Paper =
            "Sinha and Dolz, Multi-scale self-guided attention for medical image segmentation, IEEE JBHI 2021, "
            + "https://arxiv.org/abs/1906.02849",
        Summary = "Two stacks of position and channel attention at four scales of a residual encoder, guided by small autoencoders.",
        Sizes = "any side from 16 on; with the encoder of a residual U-Net multiples of 32",
        Loss = new CrossEntropyLoss(),
        Presets = new Dictionary<string, NetworkOptions>
        {
            ["chaos"] = new MultiScaleDualAttentionOptions { SpatialDims = 2, Classes = 5 },
            ["resnet-50"] = new MultiScaleDualAttentionOptions { SpatialDims = 2, Classes = 5, Encoder = ResidualEncoderForm.ResNet50 },
            ["resnet-18"] = new MultiScaleDualAttentionOptions { SpatialDims = 2, Classes = 5, Encoder = ResidualEncoderForm.ResNet18 },
            ["small"] = new MultiScaleDualAttentionOptions
            {
                SpatialDims = 2,
                Classes = 5,
                Width = 16,
                Encoder = ResidualEncoderForm.Small,
            },
        },
    };

    /// <inheritdoc/>
    public override string Description => $"multi-scale-dual-attention with the encoder {options.Encoder}";

    /// <inheritdoc/>
    public override SpatialSizeRule SizeRule
    {
        get
        {
            // The shortcuts of a residual U-Net halve whole sides only.
            var multiple = options.Encoder == ResidualEncoderForm.ResidualUNet ? 32L : 1;

            // A U-Net's instance norms need more than one position at a thirty-second of the resolution.
            var (smallest, last) = !options.HasUNetEncoder ? (16, 16) : multiple == 1 ? (16, 33) : (64L, 64L);
            return SpatialSizeRule.MultipleOf(
                [.. Enumerable.Repeat(multiple, options.SpatialDims)], [.. Enumerable.Repeat(smallest, options.SpatialDims - 1), last]);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> UnusedParameters => ["conv6_", "conv7_", "attention", "refine"];

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression image) =>
        Mean(Predict(secondHeads, Attend(image).Select(scale => scale.Second.Attention), image));

    /// <inheritdoc/>
    public override NetworkOutput<TensorExpression> ForwardTraining(TensorExpression image)
    {
        if (!options.DeepSupervision)
        {
            return new(Forward(image));
        }

        var scales = Attend(image);
        var first = Predict(firstHeads, scales.Select(scale => scale.Features), image);
        var second = Predict(secondHeads, scales.Select(scale => scale.Second.Attention), image);
        var guided = scales.Select(scale => scale.First).Concat(scales.Select(scale => scale.Second)).ToList();
        return new(Mean(second), [.. first, .. second], new Dictionary<string, IReadOnlyList<TensorExpression>>
        {
            [GuidedAttentionLosses.FirstCodes] = [.. scales.Select(scale => scale.First.Code)],
            [GuidedAttentionLosses.SecondCodes] = [.. scales.Select(scale => scale.Second.Code)],
            [GuidedAttentionLosses.Inputs] = [.. guided.Select(scale => scale.Input)],
            [GuidedAttentionLosses.Decoded] = [.. guided.Select(scale => scale.Decoded)],
        });
    }

    /// <inheritdoc/>
    public override Tensor TrainingLoss(NetworkOutput<Tensor> output, Tensor labels, Loss loss) => options.DeepSupervision
        ? GuidedAttentionLosses.Segmentation(output, labels, loss)
            .Plus(Number(options.GuidedWeight) * GuidedAttentionLosses.Guided(output))
            .Plus(Number(options.ReconstructionWeight) * GuidedAttentionLosses.Reconstruction(output))
        : loss.Compute(output.Logits, labels);

    /// <inheritdoc/>
    public override TensorExpression Encode(TensorExpression image) => EncodedScales(image)[^1];

    private TensorExpression[] EncodedScales(TensorExpression image)
        => residualEncoder?.Forward(image) ?? encoder?.Forward(image)[MultiScaleDualAttentionOptions.FinerStages..] ?? [image];

    private (TensorExpression Features, DualAttentionStack.Guided First, DualAttentionStack.Guided Second)[] Attend(TensorExpression image)
    {
        var encoded = EncodedScales(image);
        var size = encoded[0].Shape.Spatial;
        var features = PerScale(scale =>
            reductionRectifiers[scale].Forward(reductions[scale].Forward(encoded[scale])).ResizeLinear(size));
        var fused = fusion.Forward(TensorExpression.Concat(1, [.. features.Reverse()]));
        return PerScale(scale =>
        {
            var first = stacks[0].Forward(scale, TensorExpression.Concat(1, features[scale], fused));
            var second = stacks[1].Forward(scale, TensorExpression.Concat(1, features[scale], first.Attention * fused));
            return (features[scale], first, second);
        });
    }

    private static TensorExpression[] Predict(Convolution[] heads, IEnumerable<TensorExpression> features, TensorExpression image) =>
        [.. heads.Zip(features, (head, value) => head.Forward(value).ResizeLinear(image.Shape.Spatial))];

    private static TensorExpression Mean(TensorExpression[] predictions) =>
        predictions.Aggregate((sum, prediction) => sum + prediction) / predictions.Length;

    /// <inheritdoc/>
    protected override void InitializeWeights()
    {
        foreach (var (_, parameter) in named_parameters().Where(entry => entry.parameter.dim() > 1))
        {
            init.xavier_normal_(parameter);
        }

        foreach (var norm in modules().OfType<BatchNorm>())
        {
            init.normal_(norm.named_parameters().First(entry => entry.name == "weight").parameter, 1, 0.02);
        }
    }

    private static T[] PerScale<T>(Func<int, T> make) => [.. Enumerable.Range(0, Scales).Select(make)];

    private static Convolution Pointwise(MultiScaleDualAttentionOptions options, long outputs) =>
        new(options.SpatialDims, options.FirstWidth, outputs, kernel: 1);

    private static FusionBlock Fusion(MultiScaleDualAttentionOptions options, bool softmax) =>
        new(options.SpatialDims, 2 * options.FirstWidth, options.FirstWidth, softmax);

    /// <inheritdoc/>
    protected override IEnumerable<(string Ours, string Original)> OriginalNames =>
    [
        .. options.HasUNetEncoder ? UNetEncoder.OriginalNames(options.UNetOptions).Append(("convolution", "conv")) : [],
        ("residualEncoder", "resnext"),
        .. Enumerable.Range(0, Scales).SelectMany(scale => new (string, string)[]
        {
            ($"reductions.{scale}.convolution", $"down{scale + 1}.0"),
            ($"reductions.{scale}.norm", $"down{scale + 1}.1"),
            ($"reductionRectifiers.{scale}", $"down{scale + 1}.2"),
            ($"firstHeads.{scale}", $"predict{scale + 1}"),
            ($"secondHeads.{scale}", $"predict{scale + 1}_2"),
            ($"unusedPositionOutputs.{scale}", $"conv6_{scale + 1}.1"),
            ($"unusedChannelOutputs.{scale}", $"conv7_{scale + 1}.1"),
            ($"unusedAttentions.{scale}", $"attention{scale + 1}"),
            ($"unusedRefinements.{scale}", $"refine{scale + 1}"),
            ($"stacks.0.positions.{scale}", $"pam_attention_1_{scale + 1}"),
            ($"stacks.1.positions.{scale}", $"pam_attention_2_{scale + 1}"),
            ($"stacks.0.channels.{scale}", $"cam_attention_1_{scale + 1}"),
            ($"stacks.1.channels.{scale}", $"cam_attention_2_{scale + 1}"),

            // Their numbers run from the coarsest scale to the finest.
            ($"stacks.0.guidance.{scale}", $"conv_sem_1_{Scales - scale}"),
            ($"stacks.1.guidance.{scale}", $"conv_sem_2_{Scales - scale}"),
            ($"stacks.0.outputs.{scale}", $"conv8_{Scales - scale}"),
            ($"stacks.1.outputs.{scale}", $"conv8_1{Scales - scale}"),
        }),
        ("stacks.0.semantic", "semanticModule_1_1"),
        ("stacks.1.semantic", "semanticModule_2_1"),
        ("fusion", "fuse1"),
        .. ResidualEncoder.OriginalNames,
        .. SemanticModule.OriginalNames,
        .. DualAttentionBranch.OriginalNames,
        .. FusionBlock.OriginalNames,
    ];
}
