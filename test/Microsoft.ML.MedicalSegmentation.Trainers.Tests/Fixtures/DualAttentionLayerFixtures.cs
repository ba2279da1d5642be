using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Layers.SelfAttention;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Networks.DualAttentionNets;
using Microsoft.ML.MedicalSegmentation.Networks.MultiScaleDualAttentionNets;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Fixtures;

/// <summary>
/// The dual attention network, its head, and the blocks of the multi-scale network, from the parameters that a fixture lists.
/// </summary>
internal static class DualAttentionLayerFixtures
{
    public static FixtureModel Fusion(Fixture fixture)
    {
        var first = fixture.Shape("fuse_attn.0.weight");
        var layer = new FusionBlock(first.Length - 2, first[1], first[0], softmax: !fixture.Has("fuse_attn.8.weight"));
        return new(new LayerNetwork(fixture.InputShape, layer, layer.Forward, FusionBlock.OriginalNames));
    }

    public static FixtureModel Branch(Fixture fixture)
    {
        var first = fixture.Shape("attn.0.weight");
        var layer = new DualAttentionBranch(first.Length - 2, first[0], ofPositions: fixture.Has("attn.3.query_conv.weight"));
        return new(new LayerNetwork(fixture.InputShape, layer, layer.Forward, DualAttentionBranch.OriginalNames));
    }

    public static FixtureModel Semantic(Fixture fixture)
    {
        var layer = new SemanticModule(fixture.InputShape.Length - 2, fixture.InputShape[1]);
        TensorExpression[] Compute(TensorExpression input) => layer.Forward(input) is var (code, decoded) ? [decoded, code] : [];
        return new(
            new LayerNetwork(fixture.InputShape, layer, Compute, SemanticModule.OriginalNames),
            (output, name) => name is "code" ? output.SideLogits[0].flatten() : output.Logits);
    }

    public static FixtureModel Head(Fixture fixture)
    {
        var layer = new DualAttentionHead(fixture.InputShape.Length - 2, fixture.InputShape[1], fixture.Shape("conv8.1.weight")[0]);
        return new(new LayerNetwork(fixture.InputShape, layer, layer.ForwardTraining, DualAttentionHead.OriginalNames), Output);
    }

    public static FixtureModel Network(Fixture fixture)
    {
        var deepStem = fixture.Has("pretrained.conv1.0.weight");
        var stem = fixture.Shape(deepStem ? "pretrained.conv1.0.weight" : "pretrained.conv1.weight");
        return new(
            new DualAttention(new()
            {
                SpatialDims = stem.Length - 2,
                InputChannels = (int)stem[1],
                Classes = (int)fixture.Shape("head.conv8.1.weight")[0],
                Width = (int)stem[0],
                DeepStem = deepStem,
                MultiGrid = fixture.Says("multi_grid") || fixture.Says("multi-grid") ? [4, 8, 16] : null,
                Encoder = Enum.Parse<DualAttentionEncoder>(
                    DualAttentionFixtures.ResidualForm(fixture, "pretrained.layer1", "pretrained.layer3").ToString()),
            }),
            Output);
    }

    // Of both attentions, of positions, of channels.
    private static torch.Tensor? Output(NetworkOutput<torch.Tensor> output, string name) => name switch
    {
        "sasc_output" or "main" or "sum" or "logits" or "out" or "out1" => output.Logits,
        "sa_output" or "pam" or "out2" => output.SideLogits[0],
        "sc_output" or "cam" or "out3" => output.SideLogits[1],
        _ => null,
    };
}
