using Microsoft.ML.MedicalSegmentation.Layers.SelfAttention;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Networks.MultiScaleDualAttentionNets;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Fixtures;

/// <summary>Position and channel attention, and the multi-scale network of both, from the parameters that a fixture lists.</summary>
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

    public static FixtureModel Network(Fixture fixture)
    {
        var stem = fixture.Shape("resnext.layer0.0.weight");
        var network = new MultiScaleDualAttention(new()
        {
            SpatialDims = fixture.InputShape.Length - 2,
            InputChannels = (int)stem[1],
            Classes = (int)fixture.Shape("predict1.weight")[0],
            Width = (int)stem[0],
            Encoder = Encoder(fixture),
        });
        return new(network, Output, (losses, output) => CheckLosses(losses, network, output));
    }

    private static ResidualEncoderForm Encoder(Fixture fixture)
    {
        const string encoder = "resnext.layer";
        return ResidualForm(fixture, $"{encoder}1.1", $"{encoder}3");
    }

    /// <summary>The residual encoder by its first block and the number of blocks of its third stage.</summary>
    public static ResidualEncoderForm ResidualForm(Fixture fixture, string firstStage, string thirdStage)
    {
        var hasBottlenecks = fixture.Has($"{firstStage}.0.conv3.weight");
        var isGrouped = hasBottlenecks && fixture.Shape($"{firstStage}.0.conv2.weight") is var weight && weight[0] != weight[1];
        return fixture.Count(number => $"{thirdStage}.{number - 1}.conv1.weight") switch
        {
            23 => isGrouped ? ResidualEncoderForm.ResNeXt101 : ResidualEncoderForm.ResNet101,
            6 => isGrouped ? ResidualEncoderForm.ResNeXt50 : hasBottlenecks ? ResidualEncoderForm.ResNet50 : ResidualEncoderForm.ResNet34,
            2 => ResidualEncoderForm.ResNet18,
            _ => ResidualEncoderForm.Small,
        };
    }

    // "predict3_2" is the second stack's prediction of scale 3, "sem_1_scale4" the first stack's code of scale 4.
    private static torch.Tensor? Output(NetworkOutput<torch.Tensor> output, string name)
    {
        var scale = name[^1] - '1';
        return name switch
        {
            _ when name.StartsWith("predict", StringComparison.Ordinal) => name.EndsWith("_2", StringComparison.Ordinal)
                ? output.SideLogits[4 + name["predict".Length] - '1']
                : output.SideLogits[scale],
            _ when name.StartsWith("sem_1", StringComparison.Ordinal) => output.Extras[GuidedAttentionLosses.FirstCodes][scale].flatten(),
            _ when name.StartsWith("sem_2", StringComparison.Ordinal) => output.Extras[GuidedAttentionLosses.SecondCodes][scale].flatten(),
            _ when name.StartsWith("enc_in", StringComparison.Ordinal) => output.Extras[GuidedAttentionLosses.Inputs][scale],
            _ when name.StartsWith("enc_out", StringComparison.Ordinal) => output.Extras[GuidedAttentionLosses.Decoded][scale],
            _ when name.Contains("mean", StringComparison.Ordinal) || name is "logits" or "out" or "eval" => output.Logits,
            _ => null,
        };
    }

    private static void CheckLosses(Fixture fixture, MultiScaleDualAttention network, NetworkOutput<torch.Tensor> output)
    {
        if (fixture.Losses is not { } expected)
        {
            return;
        }

        var classes = network.Options.Classes;
        long[] shape = [fixture.InputShape[0], .. fixture.InputShape[2..]];
        var size = shape.Aggregate(1L, (product, side) => product * side);
        var numbers = new long[size];
        for (var at = 0; at < numbers.Length; at++)
        {
            numbers[at] = Math.Min(classes - 1, (long)Math.Floor((FixtureFill.Unit("label", at) + 1) / 2 * classes));
        }

        using var labels = torch.tensor(numbers, torch.ScalarType.Int64).reshape(shape);
        var loss = new CrossEntropyLoss();
        var actual = new Dictionary<string, double>
        {
            ["seg"] = GuidedAttentionLosses.Segmentation(output, labels, loss).ToDouble(),
            ["semantic"] = GuidedAttentionLosses.Guided(output).ToDouble(),
            ["reconstruction"] = GuidedAttentionLosses.Reconstruction(output).ToDouble(),
            ["total"] = network.TrainingLoss(output, labels, loss).ToDouble(),
        };
        foreach (var (name, wanted) in expected)
        {
            Assert.AreEqual(wanted, actual[name], wanted * fixture.Tolerance, name);
        }
    }
}
