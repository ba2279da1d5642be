using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Layers.Paired;
using Microsoft.ML.MedicalSegmentation.Networks.UNETRPlusPlusNets;

namespace Microsoft.ML.MedicalSegmentation.Fixtures;

/// <summary>UNETR++ and its layers from the parameters that a fixture lists.</summary>
internal static class UNETRPlusPlusFixtures
{
    public static bool DescribeAttention(Fixture fixture) => fixture.Has("qkvv.weight");

    public static bool DescribeBlock(Fixture fixture) => fixture.Has("epa_block.qkvv.weight");

    public static bool DescribeNetwork(Fixture fixture) => fixture.Has("unetr_pp_encoder.downsample_layers.0.0.conv.weight");

    public static FixtureModel Attention(Fixture fixture)
    {
        var (_, tokens, channels) = (fixture.InputShape[0], fixture.InputShape[1], fixture.InputShape[2]);
        var layer = new EfficientPairedAttention(channels, tokens, Projected(fixture, ""), AttentionOptions(fixture, ""));
        return new(new LayerNetwork(fixture.InputShape, layer, layer.Forward, EfficientPairedAttention.OriginalNames));
    }

    public static FixtureModel Block(Fixture fixture)
    {
        var layer = new PairedAttentionBlock(
            fixture.InputShape[1],
            fixture.InputShape[2..],
            Projected(fixture, "epa_block."),
            fixture.Has("conv52.conv1.conv.weight") ? 2 : 1,
            AttentionOptions(fixture, "epa_block."),
            hasPositions: fixture.Has("pos_embed"));
        return new(new LayerNetwork(fixture.InputShape, layer, layer.Forward, PairedAttentionBlock.OriginalNames));
    }

    public static bool DescribeConvolutions(Fixture fixture) => fixture.Has("conv1.conv.weight") && fixture.Has("conv2.conv.weight");

    public static FixtureModel Convolutions(Fixture fixture)
    {
        var first = fixture.Shape("conv1.conv.weight");
        var layer = new ResidualConvolutionBlock(first.Length - 2, first[1], first[0], instanceNorm: !fixture.Has("norm1.weight"));
        return new(new LayerNetwork(fixture.InputShape, layer, layer.Forward, ResidualConvolutionBlock.OriginalNames));
    }

    public static FixtureModel Network(Fixture fixture) => new(
        new UNETRPlusPlus(Options(fixture)),
        (output, name) => name switch
        {
            "out1" or "logits" or "out" => output.Logits,
            "out2" or "out3" when output.SideLogits.Count == 2 => output.SideLogits[name[^1] - '2'],
            _ => null,
        });

    private static UNETRPlusPlusOptions Options(Fixture fixture)
    {
        const string stages = "unetr_pp_encoder.stages.";
        const string first = $"{stages}0.0.epa_block.";
        var stem = fixture.Shape("unetr_pp_encoder.downsample_layers.0.0.conv.weight");
        var depth = fixture.Count(number => $"{stages}{number - 1}.0.gamma");
        var attention = AttentionOptions(fixture, first);
        const string decoder = "decoder3.decoder_block.0.";
        int[] all = [.. Enumerable.Range(0, depth)];
        return new()
        {
            InputChannels = (int)stem[1],
            Classes = (int)fixture.Shape("out1.conv.conv.weight")[0],
            Width = (int)stem[0],
            Depth = depth + 1,
            PatchSize = [.. fixture.InputShape[2..].Select(side => (int)side)],
            Stem = stem[2..],
            BlocksPerStage = fixture.Count(number => $"{decoder}{number - 1}.gamma"),
            EncoderBlocks = [.. all.Select(stage => fixture.Count(number => $"{stages}{stage}.{number - 1}.gamma"))],
            Heads = AttentionOptions(fixture, $"{decoder}0.epa_block.").Heads,
            EncoderHeads = attention.Heads,
            ProjectedTokens = (int)Projected(fixture, $"{decoder}0.epa_block."),
            EncoderProjectedTokens = [.. all.Select(stage => (int)Projected(fixture, $"{stages}{stage}.0.epa_block."))],
            FineBatchNorm = fixture.Has("encoder1.norm1.weight"),
            TokenProjection = attention.TokenProjection,
            AddsAttentions = attention.AddsAttentions,
            ConvolutionsPerBlock = fixture.Has($"{stages}0.0.conv52.conv1.conv.weight") ? 2 : 1,
            DeepSupervision = fixture.Has("out2.conv.conv.weight"),
        };
    }

    private static PairedAttentionOptions AttentionOptions(Fixture fixture, string path) => new()
    {
        Heads = (int)fixture.Shape($"{path}temperature")[0],
        TokenProjection = fixture.Has($"{path}EF") ? TokenProjection.Matrix
            : fixture.Has($"{path}F.weight") ? TokenProjection.Separate
            : TokenProjection.Shared,
        AddsAttentions = !fixture.Has($"{path}out_proj.weight"),
        ProjectionBias = fixture.Has($"{path}qkvv.bias"),
    };

    private static long Projected(Fixture fixture, string path) =>
        fixture.Has($"{path}EF") ? fixture.Shape($"{path}EF")[1] : fixture.Shape($"{path}E.weight")[0];
}
