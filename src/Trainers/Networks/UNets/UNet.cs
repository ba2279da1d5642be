using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;
using Microsoft.ML.MedicalSegmentation.Losses;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Networks.UNets;

/// <summary>The U-Net as nnU-Net builds it, plain or with a residual encoder, in 2D and 3D: the control of every other network.</summary>
/// <remarks>
/// <para>
/// Strided convolutions halve the grid while features double, up to a limit; transposed convolutions enlarge it, and at each size the
/// features of the encoder join. Instance norm and leaky rectifiers throughout. Topology may differ between axes, see
/// <see cref="UNetTopology"/>; any block of <see cref="AttentionBlockList"/> may stand at stated places.
/// </para>
/// <para>
/// Ronneberger et al. 2015, https://arxiv.org/abs/1505.04597; Isensee et al. 2021, nnU-Net, https://doi.org/10.1038/s41592-020-01008-z;
/// the residual encoder: Isensee et al. 2024, nnU-Net Revisited, https://arxiv.org/abs/2404.09556.
/// Parameters, their names and the start are those of the authors' dynamic-network-architectures (PlainConvUNet, ResidualEncoderUNet), each
/// once: their checkpoints repeat convolutions and norms under <c>all_modules</c> and the encoder under <c>decoder.encoder</c>, which
/// loading leaves out and reports.
/// </para>
/// </remarks>
internal sealed class UNet(UNetOptions options) : Network(options)
{
    private readonly UNetOptions options = options;
    private readonly UNetEncoder encoder = new(options);
    private readonly UNetDecoder decoder = new(options);
    private readonly UNetAttention attention = new(options);

    /// <summary>The line of <see cref="NetworkList"/>.</summary>
    public static NetworkEntry Entry { get; } = new NetworkEntry<UNetOptions>(options => new UNet(options))
    {
        Key = "unet",
        Name = "U-Net",
        Paper = "Isensee et al., nnU-Net: a self-configuring method for deep learning-based biomedical image segmentation, 2021, "
            + "https://doi.org/10.1038/s41592-020-01008-z",
        Summary = "The U-Net as nnU-Net builds it, plain or with a residual encoder; the control of every other network.",
        Sizes = "each side a multiple of 2 to the power of depth - 1 (32 at depth 6), or of what the topology says",
        Presets = new Dictionary<string, NetworkOptions>
        {
            ["plain"] = new UNetOptions(),
            ["residual"] = new UNetOptions { Form = UNetForm.ResidualEncoder },
        },
    };

    /// <inheritdoc/>
    public override string Description =>
        $"{(options.Form == UNetForm.Plain ? "unet" : "unet with a residual encoder")} of depth {options.Stages}"
        + (options.Attention is { } block ? $" and {block.Key}" : "");

    /// <inheritdoc/>
    public override SpatialSizeRule SizeRule => options.StageTopology.SizeRule(options.SpatialDims);

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression image) => decoder.Predict(Decode(image));

    /// <inheritdoc/>
    public override NetworkOutput<TensorExpression> ForwardTraining(TensorExpression image)
    {
        var decoded = Decode(image);
        return new(decoder.Predict(decoded), decoder.PredictSides(decoded));
    }

    /// <summary>Deep supervision in which the coarsest prediction counts nothing, as in nnU-Net.</summary>
    /// <inheritdoc/>
    public override Tensor TrainingLoss(NetworkOutput<Tensor> output, Tensor labels, Loss loss) =>
        new DeepSupervision(loss, dropCoarsest: true).Compute([output.Logits, .. output.SideLogits], labels);

    /// <inheritdoc/>
    public override TensorExpression Encode(TensorExpression image) => Scales(image)[^1];

    private TensorExpression[] Scales(TensorExpression image) => encoder.Forward(image, attention.AtEncoderStage);

    private TensorExpression[] Decode(TensorExpression image) => decoder.Forward(Scales(image), attention.AtSkip, attention.AtDecoderStage);

    /// <inheritdoc/>
    protected override void InitializeWeights()
    {
        // Attention blocks start as their papers say.
        foreach (var (name, parameter) in named_parameters().Where(entry => !entry.name.StartsWith("attention.", StringComparison.Ordinal)))
        {
            if (parameter.dim() > 1)
            {
                init.kaiming_normal_(parameter, 0.01);
            }
            else if (name.EndsWith(".bias", StringComparison.Ordinal) || IsLastNormOfAResidual(name))
            {
                init.zeros_(parameter);
            }
        }
    }

    // Residual blocks start as the identity.
    private static bool IsLastNormOfAResidual(string name) => name.EndsWith(".conv2.norm.weight", StringComparison.Ordinal);

    /// <inheritdoc/>
    protected override IEnumerable<(string Ours, string Original)> OriginalNames =>
    [
        .. UNetEncoder.OriginalNames(options),
        .. UNetDecoder.OriginalNames(options),
        ("convolution", "conv"),
    ];
}
