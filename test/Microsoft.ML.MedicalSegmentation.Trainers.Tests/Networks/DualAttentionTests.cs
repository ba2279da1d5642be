using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using Microsoft.ML.MedicalSegmentation.Fixtures;
using Microsoft.ML.MedicalSegmentation.Networks.DualAttentionNets;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Networks;

[TestClass]
[DoNotParallelize]
public class DualAttentionTests
{
    // Counted layer by layer for one channel and two classes.
    [TestMethod]
    public void Cityscapes_HasTheParametersOfThePaper()
    {
        // A ResNet-101 without its classifier; two branches of 2048 to 512 channels with attention, and three predictions of 19 classes.
        const long encoder = 42_500_160;
        const long branches = 2 * ((2048 * 512 * 9) + (512 * 512 * 9) + (2 * 2 * 512));
        const long attention = (2 * ((512 * 64) + 64)) + (512 * 512) + 512 + 2;
        const long heads = 3 * ((512 * 19) + 19);

        using var network = DualAttention.Entry.Create(DualAttention.Entry.Presets["cityscapes"]);

        Assert.AreEqual(encoder + branches + attention + heads, network.parameters().Sum(parameter => parameter.numel()));
        Assert.AreEqual(2, network.Options.SpatialDims);
    }

    [TestMethod]
    [DataRow("resnet-101", 66_422_344)]
    [DataRow("resnet-50", 47_430_216)]
    [DataRow("resnet-18", 12_667_240)]
    public void Preset_HasTheParametersOfThePublishedNetwork(string preset, long parameters)
    {
        using var network = (DualAttention.Entry.OptionsOf(preset) with { SpatialDims = 2 }).CreateNetwork();

        Assert.AreEqual(parameters, network.parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    [DataRow(DualAttentionEncoder.ResNet18, null, true)]
    [DataRow(DualAttentionEncoder.ResNet18, false, false)]
    [DataRow(DualAttentionEncoder.UNet, null, false)]
    [DataRow(DualAttentionEncoder.UNet, true, true)]
    public void Predictions_AreEnlargedWithAlignedCornersWhereTheAuthorsDo(DualAttentionEncoder encoder, bool? alignCorners, bool aligned)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        var options = new DualAttentionOptions
        {
            Encoder = encoder,
            AlignCorners = alignCorners,
            SpatialDims = 2,
            Width = 4,
            Depth = encoder == DualAttentionEncoder.UNet ? 4 : null,
        };
        using var network = DualAttention.Entry.Create(options);
        FixtureFill.Apply(network);
        network.eval();

        var row = network.forward(torch.randn([1L, 1, 32, 32]))[0, 0, 16];

        // Halves of a coarse pixel at both ends repeat it where corners are not aligned.
        Assert.AreEqual(aligned, Math.Abs((row[0] - row[1]).ToDouble()) > 1e-7);
        Assert.AreEqual(aligned, Math.Abs((row[31] - row[30]).ToDouble()) > 1e-7);
    }

    // Golden numbers: the authors' equations and a dilated residual network in PyTorch 1.13 (float64), apart from this code, filled by
    // the rule of the fixtures. First the mean magnitude, then the elements 0, n / 3, n / 2 and n - 1 of the n.
    [TestMethod]
    [DataRow(DualAttentionEncoder.ResNet18, 8, "1 1 40 33", "0.1369233 -0.2146846 -0.08117804 -0.1170989 0.02519106",
        "0.09161385 -0.1577558 -0.1013954 -0.1040382 0.06813233", "0.09135631 -0.1277641 0.0750767 0.08154796 0.1641156")]
    [DataRow(DualAttentionEncoder.ResNet50, 8, "1 1 40 33", "0.06147386 -0.06524573 0.0227475 0.00285783 -0.09625363",
        "0.08383296 -0.08016915 0.1965871 0.1779987 -0.01337626", "0.1137348 -0.01792899 0.2026808 0.1935383 0.05841851")]
    [DataRow(DualAttentionEncoder.ResNet50, 16, "1 1 40 33", "0.06780818 -0.07543068 0.04071777 0.02767843 -0.1000031",
        "0.07678115 -0.0833348 0.1967982 0.1467763 -0.01022732", "0.105471 -0.02371427 0.1940109 0.1838401 0.06887681")]
    [DataRow(DualAttentionEncoder.ResNet18, 8, "1 1 16 24 16", "0.1075871 -0.1547511 -0.09048031 -0.07796496 0.09536318",
        "0.06987482 -0.0696327 -0.09646419 -0.1057184 0.04446992", "0.07926295 -0.1949462 0.02747503 0.00634291 0.02337786")]
    public void Predictions_EqualTheEquations(DualAttentionEncoder encoder, int stride, string size, params string[] expected)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        long[] shape = [.. size.Split(' ').Select(long.Parse)];
        using var network = DualAttention.Entry.Create(new DualAttentionOptions
        {
            Encoder = encoder,
            OutputStride = stride,
            SpatialDims = shape.Length - 2,
            Width = 8,
            Classes = 3,
        });
        FixtureFill.Apply(network);
        network.eval();

        var output = network.ForwardTraining(FixtureFill.Input(shape));

        foreach (var (prediction, numbers) in output.SideLogits.Prepend(output.Logits).Zip(expected))
        {
            var flat = prediction.flatten();
            var count = flat.numel();
            double[] actual =
            [
                flat.abs().mean().ToDouble(),
                .. new[] { 0, count / 3, count / 2, count - 1 }.Select(at => flat[at].ToDouble()),
            ];
            foreach (
                var (wanted, got) in numbers.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).Zip(actual)
            )
            {
                Assert.AreEqual(wanted, got, 1e-5);
            }
        }
    }

    [TestMethod]
    public void Names_AreTheAuthors()
    {
        using var network = DualAttention.Entry.Create(
            new DualAttentionOptions
            {
                SpatialDims = 2,
                Width = 8,
                Encoder = DualAttentionEncoder.ResNet50,
            }
        );

        var shapes = network.state_dict().ToDictionary(entry => entry.Key, entry => string.Join(' ', entry.Value.shape));
        Assert.AreEqual("8 1 7 7", shapes["pretrained.conv1.weight"]);
        Assert.AreEqual("8", shapes["pretrained.bn1.running_mean"]);
        Assert.AreEqual("64 64 3 3", shapes["pretrained.layer4.2.conv2.weight"]);
        Assert.AreEqual("256 128 1 1", shapes["pretrained.layer4.0.downsample.0.weight"]);
        Assert.AreEqual("64 256 3 3", shapes["head.conv5a.0.weight"]);
        Assert.AreEqual("64", shapes["head.conv5c.1.bias"]);
        Assert.AreEqual("8 64 1 1", shapes["head.sa.query_conv.weight"]);
        Assert.AreEqual("1", shapes["head.sc.gamma"]);
        Assert.AreEqual("64 64 3 3", shapes["head.conv51.0.weight"]);
        Assert.AreEqual("64", shapes["head.conv52.1.weight"]);
        Assert.AreEqual("2 64 1 1", shapes["head.conv6.1.weight"]);
        Assert.AreEqual("2", shapes["head.conv7.1.bias"]);
        Assert.AreEqual("2 64 1 1", shapes["head.conv8.1.weight"]);
    }

    [TestMethod]
    public void TrainingLoss_IsTheSumOfThree()
    {
        torch.manual_seed(1);
        using var scope = torch.NewDisposeScope();
        using var network = DualAttention.Entry.Create(
            new DualAttentionOptions
            {
                SpatialDims = 2,
                Width = 4,
                Encoder = DualAttentionEncoder.UNet,
            }
        );
        var labels = torch.zeros([2, 16, 16], torch.ScalarType.Int64);
        var loss = new CrossEntropyLoss();
        var output = network.ForwardTraining(torch.randn([2, 1, 16, 16], torch.ScalarType.Float32));

        var expected = output.SideLogits.Prepend(output.Logits).Sum(logits => loss.Compute(logits, labels).ToDouble());

        Assert.AreEqual(2, output.SideLogits.Count);
        Assert.AreEqual(expected, network.TrainingLoss(output, labels, loss).ToDouble(), 1e-5);
    }

    [TestMethod]
    [DataRow(8, 5, 5)]
    [DataRow(16, 3, 3)]
    [DataRow(32, 2, 2)]
    public void OutputStride_DecidesTheGridOfTheAttention(int stride, int height, int width)
    {
        using var network = DualAttention.Entry.Create(
            new DualAttentionOptions { SpatialDims = 2, Width = 4, Encoder = DualAttentionEncoder.ResNet18, OutputStride = stride });
        network.eval();
        using var observer = new ForwardObserver();
        var side = Math.Max(40, 2 * stride);

        using (torch.NewDisposeScope())
        {
            network.forward(torch.randn([1, 1, side, side], torch.ScalarType.Float32));
        }

        var map = observer
            .Seen(network)
            .Single(entry =>
                entry.Name.Contains("positionAttention", StringComparison.Ordinal) || entry.Name.Contains("sa.", StringComparison.Ordinal)
            )
            .Value;
        Assert.AreEqual((long)height * width, map.shape[^1]);
    }

    [TestMethod]
    public void Training_OnABall_LearnsIt()
    {
        torch.manual_seed(5);
        using var network = DualAttention.Entry.Create(
            new DualAttentionOptions
            {
                SpatialDims = 2,
                Width = 8,
                Depth = 2,
                Encoder = DualAttentionEncoder.UNet,
            }
        );
        var dice = NoisyBall.DiceAfterTraining(network, radius: 8, steps: 60);
        Assert.IsTrue(dice > 0.95, $"Dice {dice:g3}");
    }

    [TestMethod]
    public void ImpossibleOptions_AreNamedTogether()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => DualAttention.Entry.Create(
            new DualAttentionOptions { Encoder = DualAttentionEncoder.ResNeXt101, Width = 12, Depth = 5, OutputStride = 4 }));

        foreach (var fact in new[] { "3 faults", "OutputStride is 4", "Depth is 5", "Width is 12" })
        {
            StringAssert.Contains(error.Message, fact);
        }
    }
}
