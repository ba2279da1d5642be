using Microsoft.ML.MedicalSegmentation.Networks.TransAttUNets;

namespace Microsoft.ML.MedicalSegmentation.Fixtures;

/// <summary>TransAttUNet from the parameters that a fixture lists.</summary>
internal static class TransAttUNetFixtures
{
    public static FixtureModel Network(Fixture fixture)
    {
        var first = fixture.Shape("inc.double_conv.0.weight");
        return new(new TransAttUNet(new()
        {
            SpatialDims = fixture.InputShape.Length - 2,
            InputChannels = (int)first[1],
            Classes = (int)fixture.Shape("outc.conv.weight")[0],
            Width = (int)first[0],
            Depth = fixture.Count(number => $"down{number}.maxpool_conv.1.double_conv.0.weight") + 1,
            PositionPlaces = (int)fixture.Shape("pos.row_embed.weight")[0],
        }));
    }
}
