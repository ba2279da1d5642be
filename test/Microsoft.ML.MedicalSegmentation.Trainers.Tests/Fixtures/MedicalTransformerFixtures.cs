using Microsoft.ML.MedicalSegmentation.Layers.Axial;
using Microsoft.ML.MedicalSegmentation.Networks.MedicalTransformers;

namespace Microsoft.ML.MedicalSegmentation.Fixtures;

/// <summary>The Medical Transformer and its attention from the parameters that a fixture lists.</summary>
internal static class MedicalTransformerFixtures
{
    public static bool DescribeAttention(Fixture fixture) => fixture.Has("qkv_transform.weight");

    public static bool DescribeNetwork(Fixture fixture) => fixture.Has("layer1.0.hight_block.qkv_transform.weight");

    public static FixtureModel Attention(Fixture fixture)
    {
        var positions = Positions(fixture, "");
        var length = positions == AxialPositions.None ? fixture.InputShape[2] : (fixture.Shape("relative")[1] + 1) / 2;
        var stride = fixture.Outputs?.Values.FirstOrDefault() is { } output ? (int)(fixture.InputShape[2] / output.Shape[2]) : 1;

        // Where both sides fit, the name says along which axis; the networks pool behind the width's attention only.
        var (height, width) = (fixture.InputShape[2], fixture.InputShape[3]);
        var alongWidth = positions != AxialPositions.None && height != width
            ? length == width
            : fixture.Says("width") || (stride > 1 && !fixture.Says("height"));
        var layer = new AxialAttention(fixture.InputShape[1], length, Groups(fixture, ""), alongWidth, positions, stride);
        return new(new LayerNetwork(fixture.InputShape, layer, layer.Forward, AxialAttention.OriginalNames));
    }

    public static bool DescribeBlock(Fixture fixture) => fixture.Has("hight_block.qkv_transform.weight");

    public static FixtureModel Block(Fixture fixture)
    {
        var down = fixture.Shape("conv_down.weight");
        var outputs = fixture.Shape("conv_up.weight")[0];
        var stride = fixture.Outputs?.Values.FirstOrDefault() is { } output ? (int)(fixture.InputShape[2] / output.Shape[2]) : 1;
        var layer = new AxialAttentionBlock(
            down[1],
            down[0],
            fixture.InputShape[2..],
            Groups(fixture, "hight_block."),
            Positions(fixture, "hight_block."),
            stride,
            outputs
        );
        return new(new LayerNetwork(fixture.InputShape, layer, layer.Forward, AxialAttentionBlock.OriginalNames));
    }

    public static FixtureModel Network(Fixture fixture)
    {
        const string image = "layer1.0.hight_block.";
        const string patch = "layer1_p.0.hight_block.";
        var stem = fixture.Shape("conv1.weight");
        var isGated = Positions(fixture, image) == AxialPositions.Gated;
        var hasPatches = fixture.Has("conv1_p.weight");
        return new(new MedicalTransformer(new()
        {
            Form = (isGated, hasPatches) switch
            {
                (true, true) => MedicalTransformerForm.MedT,
                (true, false) => MedicalTransformerForm.GatedAxial,
                (false, true) => MedicalTransformerForm.LoGo,
                (false, false) => MedicalTransformerForm.Axial,
            },
            Width = (int)stem[0],
            InputChannels = (int)stem[1],
            Classes = (int)fixture.Shape("adjust.weight")[0],
            PatchSize = [.. fixture.InputShape[2..].Select(side => (int)side)],
            Groups = Groups(fixture, image),
            BlocksPerStage = [.. Enumerable.Range(1, 4).Select(stage =>
                fixture.Count(block => $"layer{stage}{(hasPatches ? "_p" : "")}.{block - 1}.conv_down.weight"))],
            AttentionWidth = fixture.Shape("layer1.0.conv_down.weight")[0] / (2.0 * stem[0]),
            SeparatePatches = fixture.IsOfTraining,
            PatchPositions = hasPatches ? Positions(fixture, patch) : null,
        }));
    }

    private static AxialPositions Positions(Fixture fixture, string path) => fixture.Has($"{path}f_qr") ? AxialPositions.Gated
        : fixture.Has($"{path}relative") ? AxialPositions.Relative
        : AxialPositions.None;

    private static int Groups(Fixture fixture, string path)
    {
        var scores = (int)fixture.Shape($"{path}bn_similarity.weight")[0];
        return Positions(fixture, path) == AxialPositions.None ? scores : scores / 3;
    }
}
