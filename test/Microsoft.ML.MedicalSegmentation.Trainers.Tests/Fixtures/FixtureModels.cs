using Microsoft.ML.MedicalSegmentation.Networks.AttentionUNets;

namespace Microsoft.ML.MedicalSegmentation.Fixtures;

/// <summary>Which of our networks and layers a fixture describes. Adding one: a line in the list.</summary>
/// <remarks>Options are read from the fixture's own parameter shapes, so that further variants of a listed network need no line.</remarks>
internal static class FixtureModels
{
    /// <summary>
    /// Which fixtures a line is for, by what the parameters tell, and how to build what the fixture describes; the first line that fits is
    /// taken.
    /// </summary>
    private static readonly (Func<Fixture, bool> Describes, Func<Fixture, FixtureModel> Build)[] All =
    [
        (AttentionUNetFixtures.Describe, fixture => new(new AttentionUNet(AttentionUNetFixtures.Options(fixture)))),
        (UNETRPlusPlusFixtures.DescribeAttention, UNETRPlusPlusFixtures.Attention),
        (UNETRPlusPlusFixtures.DescribeBlock, UNETRPlusPlusFixtures.Block),
        (UNETRPlusPlusFixtures.DescribeNetwork, UNETRPlusPlusFixtures.Network),
        (MedicalTransformerFixtures.DescribeAttention, MedicalTransformerFixtures.Attention),
        (MedicalTransformerFixtures.DescribeNetwork, MedicalTransformerFixtures.Network),
        (DualAttentionFixtures.DescribePosition, DualAttentionFixtures.Position),
        (DualAttentionFixtures.DescribeChannel, DualAttentionFixtures.Channel),
        (MedicalTransformerFixtures.DescribeBlock, MedicalTransformerFixtures.Block),
        (fixture => fixture.Has("fuse1.fuse_attn.8.weight"), DualAttentionFixtures.Network),
        (fixture => fixture.Has("fuse_attn.0.weight"), DualAttentionLayerFixtures.Fusion),
        (fixture => fixture.Has("attn.4.weight"), DualAttentionLayerFixtures.Branch),
        (fixture => fixture.Has("enc1.encode.0.weight"), DualAttentionLayerFixtures.Semantic),
        (fixture => fixture.Has("conv5a.0.weight"), DualAttentionLayerFixtures.Head),
        (fixture => fixture.Has("head.conv5a.0.weight"), DualAttentionLayerFixtures.Network),
        (UNetFixtures.Describe, UNetFixtures.Network),
        (fixture => AttentionBlockFixtures.Find(fixture) is not null, AttentionBlockFixtures.Block),
        (AttentionBlockFixtures.DescribeGate, AttentionBlockFixtures.Gate),
        (UNETRPlusPlusFixtures.DescribeConvolutions, UNETRPlusPlusFixtures.Convolutions),
        (fixture => fixture.Has("pos.row_embed.weight"), TransAttUNetFixtures.Network),
        (fixture => fixture.Has("scale_att.bn3.weight"), CANetFixtures.Network),
    ];

    /// <summary>The network with the fixture's options; null where it is not built yet.</summary>
    public static FixtureModel? Find(Fixture fixture) => All
        .Where(entry => entry.Describes(fixture))
        .Select(entry => entry.Build(fixture))
        .FirstOrDefault();
}
