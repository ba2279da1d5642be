using Microsoft.ML.MedicalSegmentation.Networks.UNets;

namespace Microsoft.ML.MedicalSegmentation.Fixtures;

/// <summary>nnU-Net's networks from the parameters that a fixture lists.</summary>
internal static class UNetFixtures
{
    public static bool Describe(Fixture fixture) => fixture.Has(First(fixture, 0)) && fixture.Has("decoder.transpconvs.0.weight");

    public static FixtureModel Network(Fixture fixture) => new(
        new UNet(Options(fixture)),
        (output, name) => name is "logits" or "out" ? output.Logits
            : !name.StartsWith("out", StringComparison.Ordinal) || !int.TryParse(name[3..], out var number) ? null
            : number == 1 ? output.Logits
            : output.SideLogits[number - 2]);

    private static UNetOptions Options(Fixture fixture)
    {
        var isResidual = IsResidual(fixture);
        int[] stages = [.. Enumerable.Range(0, fixture.Count(number => First(fixture, number - 1)))];
        var decoders = stages.Length - 1;
        var first = fixture.Shape(isResidual ? "encoder.stem.convs.0.conv.weight" : First(fixture, 0));
        return new()
        {
            Form = isResidual ? UNetForm.ResidualEncoder : UNetForm.Plain,
            SpatialDims = first.Length - 2,
            InputChannels = (int)first[1],
            Classes = (int)fixture.Shape($"decoder.seg_layers.{decoders - 1}.weight")[0],
            FeaturesPerStage = [.. stages.Select(stage => (int)fixture.Shape(First(fixture, stage))[0])],
            BlocksPerStage = [.. stages.Select(stage => fixture.Count(number => Block(fixture, stage, number - 1)))],
            DecoderConvolutionsPerStage = [.. stages[..^1].Select(stage =>
                fixture.Count(number => $"decoder.stages.{stage}.convs.{number - 1}.conv.weight"))],
            DeepSupervision = decoders > 1 && fixture.Has("decoder.seg_layers.0.weight"),
            Topology = new(
                [.. stages.Select(stage => (PerAxis)fixture.Shape(First(fixture, stage))[2..])],
                [1, .. stages[1..].Select(stage => (PerAxis)fixture.Shape($"decoder.transpconvs.{decoders - stage}.weight")[2..])]),
        };
    }

    private static bool IsResidual(Fixture fixture) => fixture.Has("encoder.stages.0.blocks.0.conv1.conv.weight");

    private static string First(Fixture fixture, int stage) => Block(fixture, stage, 0);

    private static string Block(Fixture fixture, int stage, int at) => IsResidual(fixture)
        ? $"encoder.stages.{stage}.blocks.{at}.conv1.conv.weight"
        : $"encoder.stages.{stage}.0.convs.{at}.conv.weight";
}
