using System.Text.RegularExpressions;
using Microsoft.ML.MedicalSegmentation.Networks.CANets;

namespace Microsoft.ML.MedicalSegmentation.Fixtures;

/// <summary>CA-Net from the parameters that a fixture lists, with the numbers of the authors' code.</summary>
internal static partial class CANetFixtures
{
    public static FixtureModel Network(Fixture fixture)
    {
        const string theta = "attentionblock2.gate_block_1.theta.weight";
        var first = fixture.Shape("conv1.conv.0.weight");
        return new(
            new CANet(new()
            {
                SpatialDims = fixture.InputShape.Length - 2,
                InputChannels = (int)first[1],
                Classes = (int)fixture.Shape("final.0.weight")[0],
                Width = (int)first[0],
                Depth = fixture.Count(number => $"conv{number}.conv.0.weight") + 1,
                GateSubsampling = fixture.Has(theta) ? (PerAxis)fixture.Shape(theta)[2..] : (PerAxis?)null,
                GateActivation = AttentionUNetFixtures.Activation(fixture),
                Strict = true,
            }),
            (output, name) => ClassNumber().Match(name) is { Success: true } match
                ? output.Logits.slice(1, int.Parse(match.Groups[1].Value), int.Parse(match.Groups[1].Value) + 1, 1)
                : output.Logits);
    }

    [GeneratedRegex("class(\\d+)$")]
    private static partial Regex ClassNumber();
}
