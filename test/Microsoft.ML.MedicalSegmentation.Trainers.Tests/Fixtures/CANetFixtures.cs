namespace Microsoft.ML.MedicalSegmentation.Fixtures;

/// <summary>CA-Net from the parameters that a fixture lists, with the numbers of the authors' code.</summary>
internal static class CANetFixtures
{
    public static FixtureModel Network(Fixture fixture)
    {
        var first = fixture.Shape("conv1.conv.0.weight");
        return new(
            new CANet(new()
            {
                SpatialDims = fixture.InputShape.Length - 2,
                InputChannels = (int)first[1],
                Classes = (int)fixture.Shape("final.0.weight")[0],
                Width = (int)first[0],
                Depth = fixture.Count(number => $"conv{number}.conv.0.weight") + 1,
                Strict = true,
            }),
            (output, name) => name.EndsWith("class1", StringComparison.Ordinal) ? output.Logits.slice(1, 1, 2, 1) : output.Logits);
    }
}
