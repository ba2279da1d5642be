using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;
using Microsoft.ML.MedicalSegmentation.Layers.Gates;

namespace Microsoft.ML.MedicalSegmentation.Fixtures;

/// <summary>Attention blocks from the parameters that a fixture lists.</summary>
/// <remarks>Ours serve any number of axes, so that matrices stand for 1x1 convolutions, or the other way round.</remarks>
internal static class AttentionBlockFixtures
{
    // What tells a block, the weight whose first axis has the reduced channels, and the original names.
    private static readonly (string Key, string Mark, string? Reduced, (string Ours, string Original)[] Names)[] All =
    [
        (
            "convolutional-block-attention",
            "ChannelGate.mlp.1.weight",
            "ChannelGate.mlp.1.weight",
            ConvolutionalBlockAttention.OriginalNames
        ),
        (
            "bottleneck-attention",
            "channel_att.gate_c.gate_c_fc_0.weight",
            "channel_att.gate_c.gate_c_fc_0.weight",
            BottleneckAttention.OriginalNames
        ),
        ("spatial-channel-excitation", "cSE.fc1.weight", "cSE.fc1.weight", SpatialChannelExcitation.OriginalNames),
        ("squeeze-excitation", "fc1.weight", "fc1.weight", [("perceptron.squeeze", "fc1"), ("perceptron.excite", "fc2")]),
        ("project-excite", "conv_cT.weight", "conv_c.weight", [("perceptron.squeeze", "conv_c"), ("perceptron.excite", "conv_cT")]),
        ("global-context", "conv_mask.weight", "channel_add_conv.0.weight",
            [("score", "conv_mask"), ("squeeze", "channel_add_conv.0"), ("norm", "channel_add_conv.1"), ("excite", "channel_add_conv.3")]),
        ("non-local", "theta.weight", "theta.weight", []),
        ("efficient-channel-attention", "conv.weight", null, [("alongChannels", "conv")]),
    ];

    public static string? Find(Fixture fixture) => All.FirstOrDefault(entry => fixture.Has(entry.Mark)).Key;

    public static FixtureModel Block(Fixture fixture)
    {
        var (key, mark, reduced, names) = All.First(entry => fixture.Has(entry.Mark));
        var channels = fixture.InputShape[1];
        var isPooled = fixture.Has("g.0.weight");
        var block = AttentionBlockList.Find(key).Factory!(fixture.InputShape.Length - 2, channels, new()
        {
            Reduction = reduced is null ? null : (int)(channels / fixture.Shape(reduced)[0]),
            Kernel = reduced is null ? (int)fixture.Shape(mark)[2] : null,
            Subsampling = isPooled ? 2 : 1,
            Strict = true,
        });
        (string, string)[] nonLocal =
        [
            ("block.query", "theta"),
            ("block.key", isPooled ? "phi.0" : "phi"),
            ("block.value", isPooled ? "g.0" : "g"),
            ("block.output.convolution", "W.0"),
            ("block.output.norm", "W.1"),
        ];
        return new(new LayerNetwork(fixture.InputShape, block, block.Forward, [.. names, .. nonLocal]), IgnoresUnitAxes: true);
    }

    public static bool DescribeGate(Fixture fixture) => fixture.Has("W_g.0.weight") && fixture.Has("W_x.0.weight");

    /// <summary>A gate of the community form whose input holds the gating signal and then the skip connection.</summary>
    public static FixtureModel Gate(Fixture fixture)
    {
        var (gating, skip) = (fixture.Shape("W_g.0.weight"), fixture.Shape("W_x.0.weight"));
        var gate = new AdditiveAttentionGate(gating.Length - 2, skip[1], gating[1], gating[0]);
        return new(new LayerNetwork(
            fixture.InputShape,
            gate,
            (TensorExpression input) => gate.Forward(input.Slice(1, gating[1], skip[1]), input.Slice(1, 0, gating[1])),
            ("gatingProjection.convolution", "W_g.0"),
            ("gatingProjection.norm", "W_g.1"),
            ("skipProjection.convolution", "W_x.0"),
            ("skipProjection.norm", "W_x.1"),
            ("score.convolution", "psi.0"),
            ("score.norm", "psi.1")));
    }
}
