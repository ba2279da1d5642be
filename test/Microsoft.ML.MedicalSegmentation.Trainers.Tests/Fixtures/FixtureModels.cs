namespace Microsoft.ML.MedicalSegmentation.Fixtures;

/// <summary>Which of our networks and layers a fixture describes. Adding one: a line in the list.</summary>
/// <remarks>Options are read from the fixture's own parameter shapes, so that further variants of a listed network need no line.</remarks>
internal static class FixtureModels
{
    /// <summary>Beginning of the fixture's name, and how to build what it describes; null for a variant that is not built.</summary>
    private static readonly (string Name, Func<Fixture, FixtureModel?> Build)[] All =
    [
        ("attention_unet", fixture => new(new AttentionUNet(AttentionUNetFixtures.Options(fixture)))),
        ("unet_ct_dsv", fixture => new(new AttentionUNet(AttentionUNetFixtures.Options(fixture)))),
        ("unet_grid_attention", fixture => new(new AttentionUNet(AttentionUNetFixtures.Options(fixture)))),
    ];

    /// <summary>The network with the fixture's options; null where it is not built yet.</summary>
    public static FixtureModel? Find(Fixture fixture) => All
        .Where(entry => fixture.Network.StartsWith(entry.Name, StringComparison.OrdinalIgnoreCase))
        .Select(entry => entry.Build(fixture))
        .FirstOrDefault();
}
