using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers.SelfAttention;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Networks.MultiScaleDualAttentionNets;
using Microsoft.ML.MedicalSegmentation.Networks.UNets;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Networks.DualAttentionNets;

/// <summary>
/// The dual attention network: an encoder whose coarsest features pass position and channel attention side by side, in 2D and 3D.
/// </summary>
/// <remarks>
/// <para>
/// The encoder is dilated rather than made coarser than an eighth of the image, and there is no decoder: predictions are enlarged linearly.
/// In training each attention predicts too, and the three losses are added.
/// </para>
/// <para>
/// Fu et al. 2019, Dual Attention Network for Scene Segmentation, https://arxiv.org/abs/1809.02983; names are those of the authors' code.
/// Differs: weights start at random; encoders other than ResNet-50 and ResNet-101 are options, among them a U-Net's, whose features are as
/// coarse as its depth makes them and whose predictions are enlarged without aligning corners
/// (<see cref="DualAttentionOptions.AlignCorners"/>).
/// </para>
/// </remarks>
internal sealed class DualAttention(DualAttentionOptions options) : Network(options)
{
    private readonly DualAttentionOptions options = options;

    private readonly ResidualEncoder? residualEncoder = options.HasUNetEncoder
        ? null
        : new(
            options.SpatialDims,
            options.InputChannels,
            options.FirstWidth,
            options.ResidualForm,
            options.OutputStride,
            options.DeepStem,
            options.MultiGrid);

    private readonly UNetEncoder? encoder = options.HasUNetEncoder ? new(options.UNetOptions) : null;
    private readonly DualAttentionHead head = new(options.SpatialDims, options.Features, options.Classes, options.DeepSupervision);

    /// <summary>The line of <see cref="NetworkList"/>.</summary>
    public static NetworkEntry Entry { get; } = new NetworkEntry<DualAttentionOptions>(options => new DualAttention(options))
    {
        Key = "dual-attention",
        Name = "Dual attention network (DANet)",
        Paper = "Fu et al., Dual Attention Network for Scene Segmentation, CVPR 2019, https://arxiv.org/abs/1809.02983",
        Summary = "Position and channel attention side by side on the coarsest features of an encoder, each with a prediction of its own.",
        Sizes =
            "any side from twice the output stride (16); with a U-Net's encoder a multiple of 2 to the power of depth - 1 (8 at depth 4)",
        Loss = new CrossEntropyLoss(),
        PublishedSizes = new Dictionary<string, IReadOnlyList<long>> { ["cityscapes"] = [768, 768] },
        Presets = new Dictionary<string, NetworkOptions>
        {
            ["cityscapes"] = new DualAttentionOptions
            {
                SpatialDims = 2,
                InputChannels = 3,
                Classes = 19,
                Encoder = DualAttentionEncoder.ResNet101,
                MultiGrid = [4, 8, 16],
            },
            ["resnet-101"] = new DualAttentionOptions { Encoder = DualAttentionEncoder.ResNet101 },
            ["resnet-50"] = new DualAttentionOptions { Encoder = DualAttentionEncoder.ResNet50 },
            ["resnet-18"] = new DualAttentionOptions { Encoder = DualAttentionEncoder.ResNet18 },
            ["unet"] = new DualAttentionOptions { Encoder = DualAttentionEncoder.UNet },
        },
    };

    /// <inheritdoc/>
    public override string Description => $"dual-attention with the encoder {options.Source}";

    /// <inheritdoc/>
    public override SpatialSizeRule SizeRule => options.HasUNetEncoder
        ? options.UNetOptions.StageTopology.SizeRule(options.SpatialDims)
        : SpatialSizeRule.MultipleOf(
            [.. Enumerable.Repeat(1L, options.SpatialDims)], [.. Enumerable.Repeat(2L * options.OutputStride, options.SpatialDims)]);

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression image) => Enlarged(head.Forward(Encode(image)), image);

    /// <inheritdoc/>
    public override NetworkOutput<TensorExpression> ForwardTraining(TensorExpression image)
    {
        TensorExpression[] predictions = [.. head.ForwardTraining(Encode(image)).Select(prediction => Enlarged(prediction, image))];
        return new(predictions[0], predictions[1..]);
    }

    /// <summary>The sum of the losses of the three predictions.</summary>
    /// <inheritdoc/>
    public override Tensor TrainingLoss(NetworkOutput<Tensor> output, Tensor labels, Loss loss) =>
        output.SideLogits.Aggregate(loss.Compute(output.Logits, labels), (sum, side) => sum.Plus(loss.Compute(side, labels)));

    /// <inheritdoc/>
    public override TensorExpression Encode(TensorExpression image) =>
        (residualEncoder?.Forward(image) ?? encoder?.Forward(image) ?? [image])[^1];

    private TensorExpression Enlarged(TensorExpression prediction, TensorExpression image) =>
        prediction.ResizeLinear(image.Shape.Spatial, options.AreCornersAligned);

    /// <inheritdoc/>
    protected override void InitializeWeights()
    {
        foreach (var (name, parameter) in named_parameters().Where(entry => entry.parameter.dim() > 1))
        {
            if (name.StartsWith("pretrained.", StringComparison.Ordinal))
            {
                init.kaiming_normal_(parameter, 0, init.FanInOut.FanOut, init.NonlinearityType.ReLU);
            }
            else if (name.StartsWith("encoder.", StringComparison.Ordinal))
            {
                init.kaiming_normal_(parameter, 0.01);
            }
        }
    }

    /// <inheritdoc/>
    protected override IEnumerable<(string Ours, string Original)> OriginalNames => options.HasUNetEncoder
        ? [.. DualAttentionHead.OriginalNames, .. UNetEncoder.OriginalNames(options.UNetOptions), ("convolution", "conv")]
        :
        [
            ("residualEncoder", "pretrained"),
            ("deep.0.convolution", "conv1.0"),
            ("deep.0.norm", "conv1.1"),
            ("deep.1.convolution", "conv1.3"),
            ("deep.1.norm", "conv1.4"),
            ("stem.convolution", options.DeepStem ? "conv1.6" : "conv1"),
            ("stem.norm", "bn1"),
            .. Enumerable.Range(0, 4).Select(stage => ($"stages.{stage}", $"layer{stage + 1}")),
            .. ResidualUnit.OriginalNames,
            .. DualAttentionHead.OriginalNames,
        ];
}
