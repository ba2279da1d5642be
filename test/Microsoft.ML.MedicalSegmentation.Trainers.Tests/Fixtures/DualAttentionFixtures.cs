namespace Microsoft.ML.MedicalSegmentation.Fixtures;

/// <summary>Position and channel attention from the parameters that a fixture lists.</summary>
internal static class DualAttentionFixtures
{
    public static bool DescribePosition(Fixture fixture) => fixture.Has("query_conv.weight") && fixture.Has("gamma");

    public static bool DescribeChannel(Fixture fixture) => fixture is { Parameters: [{ Name: "gamma" }] };

    public static FixtureModel Position(Fixture fixture)
    {
        var layer = new PositionAttention(fixture.InputShape.Length - 2, fixture.InputShape[1]);
        return new(new LayerNetwork(fixture.InputShape, layer, layer.Forward, PositionAttention.OriginalNames));
    }

    public static FixtureModel Channel(Fixture fixture)
    {
        var layer = new ChannelAttention();
        return new(new LayerNetwork(fixture.InputShape, layer, layer.Forward));
    }
}
