using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using static TorchSharp.torch.nn;

namespace Microsoft.ML.MedicalSegmentation.Networks.ResNets;

/// <summary>
/// A residual network that classifies images or volumes, with 18, 34 or 50 layers, and any attention block of the library.
/// </summary>
/// <remarks>
/// <para>
/// Convolutions learn what to add to their input, so that deep networks train. Four stages of residual blocks, each of half the
/// resolution and twice the channels of the one before; the mean over all positions of the last one is classified by one linear layer.
/// </para>
/// <para>
/// He et al. 2016, https://arxiv.org/abs/1512.03385; weights start as in He et al. 2015, https://arxiv.org/abs/1502.01852. Parameters have
/// the names of torchvision's networks, whose weights load; attention blocks are named "attention" in a residual block and "stageAttention"
/// at the end of a stage. With attention: Rao et al. 2021, https://arxiv.org/abs/2109.01486.
/// Differs: in 3D the same with three axes; <see cref="ResNetStem"/> for small images.
/// </para>
/// </remarks>
public sealed class ResNet(ResNetOptions options) : Network(options)
{
    private readonly ResNetOptions options = options;
    private readonly Convolution conv1 = MakeStem(options);
    private readonly BatchNorm bn1 = new(options.FirstWidth);
    private readonly ResNetBlock[] layer1 = MakeStage(options, 0);
    private readonly ResNetBlock[] layer2 = MakeStage(options, 1);
    private readonly ResNetBlock[] layer3 = MakeStage(options, 2);
    private readonly ResNetBlock[] layer4 = MakeStage(options, 3);
    private readonly AttentionBlock?[] stageAttention = [.. Enumerable.Range(0, 4).Select(options.MakeAttentionOfStage)];
    private readonly Dropout dropout = new(options.Dropout);
    private readonly Linear fc = new(options.Features(3), options.Classes);

    /// <summary>
    /// What it is called, and how it is built. It classifies, so it is not in <see cref="NetworkList"/>, whose networks segment.
    /// </summary>
    public static NetworkEntry Entry { get; } = new NetworkEntry<ResNetOptions>(options => new ResNet(options))
    {
        Key = "resnet",
        Name = "ResNet",
        Paper = "He et al., Deep Residual Learning for Image Recognition, 2016, https://arxiv.org/abs/1512.03385",
        Summary = "A residual network that classifies images or volumes, with any attention block in it.",
        Sizes = "any; from 32 on a side with the large stem",
        Presets = new Dictionary<string, NetworkOptions>
        {
            ["resnet18"] = new ResNetOptions(),
            ["resnet34"] = new ResNetOptions { Form = ResNetForm.ResNet34 },
            ["resnet50"] = new ResNetOptions { Form = ResNetForm.ResNet50 },
        },
    };

    /// <inheritdoc/>
    public override string Description =>
        $"{options.Form.ToString().ToLowerInvariant()} of width "
        + $"{options.FirstWidth}{(options.Attention is { } block ? $" with {block.Key}" : "")}";

    /// <inheritdoc/>
    public override SpatialSizeRule SizeRule
    {
        get
        {
            var ones = Enumerable.Repeat(1L, options.SpatialDims).ToArray();
            return SpatialSizeRule.MultipleOf(ones, ones);
        }
    }

    /// <summary>The logits of the classes.</summary>
    /// <param name="image">[N, channels, D, H, W], or [N, channels, H, W] in 2D.</param>
    /// <returns>[N, classes], before softmax.</returns>
    public override TensorExpression Forward(TensorExpression image) =>
        fc.Forward(dropout.Forward(Encode(image).GlobalAveragePool().Flatten(1)));

    /// <inheritdoc/>
    public override TensorExpression Encode(TensorExpression image)
    {
        var features = bn1.Forward(conv1.Forward(image)).Relu();
        if (options.StemOrDefault == ResNetStem.Large)
        {
            features = features.MaxPool(3, stride: 2, padding: 1);
        }

        foreach (var (stage, blocks) in new[] { layer1, layer2, layer3, layer4 }.Index())
        {
            features = blocks.Aggregate(features, (value, block) => block.Forward(value));
            features = stageAttention[stage]?.Forward(features) ?? features;
        }

        return features;
    }

    /// <inheritdoc/>
    protected override void InitializeWeights()
    {
        // Attention blocks start as their papers say; norms as made, 1 and 0; the last layer as made.
        foreach (var (name, parameter) in named_parameters())
        {
            if (parameter.dim() > 2 && !name.Contains("ttention.", StringComparison.Ordinal))
            {
                init.kaiming_normal_(parameter, 0, init.FanInOut.FanOut, init.NonlinearityType.ReLU);
            }
        }
    }

    private static Convolution MakeStem(ResNetOptions options) =>
        options.StemOrDefault switch
        {
            ResNetStem.Large => new(
                options.SpatialDims,
                options.InputChannels,
                options.FirstWidth,
                kernel: 7,
                stride: 2,
                padding: 3,
                bias: false
            ),
            ResNetStem.Medium => new(
                options.SpatialDims,
                options.InputChannels,
                options.FirstWidth,
                kernel: 3,
                stride: 2,
                padding: 1,
                bias: false
            ),
            _ => new(options.SpatialDims, options.InputChannels, options.FirstWidth, kernel: 3, padding: 1, bias: false),
        };

    private static ResNetBlock[] MakeStage(ResNetOptions options, int stage) =>
    [
        .. Enumerable.Range(0, options.Blocks(stage)).Select(block => new ResNetBlock(
            options,
            inputs: block > 0 ? options.Features(stage) : stage == 0 ? options.FirstWidth : options.Features(stage - 1),
            stage,
            stride: block == 0 && stage > 0 ? 2 : 1)),
    ];
}
