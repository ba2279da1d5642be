namespace Microsoft.ML.MedicalSegmentation.Fixtures;

/// <summary>Which of our networks and layers a fixture describes. Adding one: a line in the list.</summary>
/// <remarks>Options are read from the fixture's own parameter shapes, so that further variants of a listed network need no line.</remarks>
internal static class FixtureModels
{
    /// <summary>
    /// Which fixtures a line is for, by name (<c>fixture => fixture.IsNamed("medt_")</c>) or by what the parameters tell;
    /// and how to build what the fixture describes, null for a variant that is not built.
    /// </summary>
    private static readonly (Func<Fixture, bool> Describes, Func<Fixture, FixtureModel?> Build)[] All =
    [
        (AttentionUNetFixtures.Describe, fixture => new(new AttentionUNet(AttentionUNetFixtures.Options(fixture)))),
        (UNETRPlusPlusFixtures.DescribeAttention, UNETRPlusPlusFixtures.Attention),
        (UNETRPlusPlusFixtures.DescribeBlock, UNETRPlusPlusFixtures.Block),
        (UNETRPlusPlusFixtures.DescribeNetwork, UNETRPlusPlusFixtures.Network),
        (MedicalTransformerFixtures.DescribeAttention, MedicalTransformerFixtures.Attention),
        (MedicalTransformerFixtures.DescribeNetwork, MedicalTransformerFixtures.Network),
        (DualAttentionFixtures.DescribePosition, DualAttentionFixtures.Position),
        (DualAttentionFixtures.DescribeChannel, DualAttentionFixtures.Channel),
        (fixture => fixture.Has("fuse1.fuse_attn.8.weight"), DualAttentionFixtures.Network),
        (fixture => fixture.Has("pos.row_embed.weight"), TransAttUNetFixtures.Network),
        (fixture => fixture.Has("scale_att.bn3.weight"), CANetFixtures.Network),
    ];

    /// <summary>The network with the fixture's options; null where it is not built yet.</summary>
    public static FixtureModel? Find(Fixture fixture) => All
        .Where(entry => entry.Describes(fixture))
        .Select(entry => entry.Build(fixture))
        .FirstOrDefault();
}
