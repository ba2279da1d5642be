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
            AttentionOptions(fixture, "epa_block."));
        return new(new LayerNetwork(fixture.InputShape, layer, layer.Forward, PairedAttentionBlock.OriginalNames));
    }

    public static FixtureModel Network(Fixture fixture) => new(
        new UNETRPlusPlus(Options(fixture)),
        (output, name) => name is "out2" ? output.SideLogits[0] : name is "out3" ? output.SideLogits[1] : output.Logits);

    private static UNETRPlusPlusOptions Options(Fixture fixture)
    {
        const string stages = "unetr_pp_encoder.stages.";
        const string first = $"{stages}0.0.epa_block.";
        var stem = fixture.Shape("unetr_pp_encoder.downsample_layers.0.0.conv.weight");
        var depth = fixture.Count(number => $"{stages}{number - 1}.0.gamma");
        var attention = AttentionOptions(fixture, first);
        return new()
        {
            InputChannels = (int)stem[1],
            Classes = (int)fixture.Shape("out1.conv.conv.weight")[0],
            Width = (int)stem[0],
            Depth = depth + 1,
            PatchSize = [.. fixture.InputShape[2..].Select(side => (int)side)],
            Stem = stem[2..],
            BlocksPerStage = fixture.Count(number => $"{stages}0.{number - 1}.gamma"),
            Heads = attention.Heads,
            ProjectedTokens = (int)Projected(fixture, first),
            CoarsestProjectedTokens = (int)Projected(fixture, $"{stages}{depth - 1}.0.epa_block."),
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
    };

    private static long Projected(Fixture fixture, string path) =>
        fixture.Has($"{path}EF") ? fixture.Shape($"{path}EF")[1] : fixture.Shape($"{path}E.weight")[0];
}
