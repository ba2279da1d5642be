using Microsoft.ML.MedicalSegmentation.Fixtures;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Networks.UNets;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Networks;

[TestClass]
[DoNotParallelize]
public class UNetTests
{
    // The residual unit averages, the flat kernels do not look along the first axis, and the last widths are equal.
    private static readonly UNetTopology Anisotropic = new([[1, 3, 3], 3, 3], [1, [1, 2, 2], 2]);

    [TestMethod]
    [DataRow("plain", 3, 31_195_594)]
    [DataRow("plain", 2, 20_619_082)]
    [DataRow("residual", 3, 102_349_770)]
    [DataRow("residual", 2, 71_816_586)]
    public void Preset_HasTheParametersOfNnUNetsNetwork(string preset, int dims, long parameters)
    {
        using var network = (UNet.Entry.OptionsOf(preset) with { SpatialDims = dims }).CreateNetwork();

        Assert.AreEqual(parameters, network.parameters().Sum(parameter => parameter.numel()));
    }

    // Golden numbers: dynamic-network-architectures d35f85c in PyTorch 1.13, filled by the rule of the fixtures. First the mean
    // magnitude, then the elements 0, n / 3, n / 2 and n - 1 of the n of each prediction, finest first.
    public static IEnumerable<object[]> GoldenValues =>
    [
        [
            new UNetOptions { InputChannels = 2, Classes = 3, Width = 4, Topology = Anisotropic }, 20_238L, new long[] { 2, 2, 4, 8, 12 },
            new double[][]
            {
                [0.3253716, -0.1503894, -0.08371045, -0.04598917, -0.5905392],
                [0.4276567, -0.1052245, 0.7662061, -0.09213185, 0.1831358],
            },
        ],
        [
            new UNetOptions
            {
                Form = UNetForm.ResidualEncoder,
                InputChannels = 2,
                Classes = 3,
                Width = 4,
                MaximumWidth = 8,
                Topology = Anisotropic,
            },
            28_582L, new long[] { 2, 2, 4, 8, 12 },
            new double[][]
            {
                [0.3681288, 0.3984775, -0.136307, 0.9724349, -0.8246889],
                [0.3888193, -0.3456432, 0.04759694, -0.5604137, 0.2519751],
            },
        ],
        [
            new UNetOptions { SpatialDims = 2, Width = 4, MaximumWidth = 16, Depth = 4 }, 20_366L, new long[] { 1, 1, 16, 24 },
            new double[][]
            {
                [0.295789, 0.7634659, 0.274538, -0.05226741, 0.1450402],
                [0.4037569, -0.3599266, 0.9690217, -0.2370808, -0.2430111],
                [0.4772631, -0.0903112, -0.6417191, 0.1771446, 0.1417988],
            },
        ],
        [
            new UNetOptions
            {
                Form = UNetForm.ResidualEncoder,
                SpatialDims = 2,
                Width = 4,
                MaximumWidth = 16,
                Depth = 4,
            },
            57_654L,
            new long[] { 1, 1, 16, 24 },
            new double[][]
            {
                [0.3219364, 0.4297259, 0.4094049, 0.1515803, -0.005176701],
                [0.419362, -0.6153346, -0.9715399, 0.3259069, -0.01395148],
                [0.4519522, -0.6574516, -0.1859123, -0.2724141, -1.060598],
            },
        ],
    ];

    [TestMethod]
    [DynamicData(nameof(GoldenValues))]
    public void Predictions_EqualNnUNetsNetwork(UNetOptions options, long parameters, long[] shape, double[][] expected)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        using var network = UNet.Entry.Create(options);
        FixtureFill.Apply(network);
        network.eval();

        var output = network.ForwardTraining(FixtureFill.Input(shape));

        Assert.AreEqual(parameters, network.parameters().Sum(parameter => parameter.numel()));
        Assert.AreEqual(expected.Length, 1 + output.SideLogits.Count);
        foreach (var (prediction, numbers) in output.SideLogits.Prepend(output.Logits).Zip(expected))
        {
            var flat = prediction.flatten();
            var count = flat.numel();
            double[] actual =
            [
                flat.abs().mean().ToDouble(),
                .. new[] { 0, count / 3, count / 2, count - 1 }.Select(at => flat[at].ToDouble()),
            ];
            for (var at = 0; at < numbers.Length; at++)
            {
                Assert.AreEqual(numbers[at], actual[at], 1e-5, $"{prediction.shape[2]}: number {at}");
            }
        }
    }

    [TestMethod]
    public void Names_AreNnUNets()
    {
        using var plain = UNet.Entry.Create(new UNetOptions { Width = 4, Topology = Anisotropic });
        using var residual = UNet.Entry.Create(
            new UNetOptions
            {
                Form = UNetForm.ResidualEncoder,
                Width = 4,
                MaximumWidth = 8,
                Topology = Anisotropic,
            }
        );

        AssertShapes(
            plain,
            new()
            {
                ["encoder.stages.0.0.convs.0.conv.weight"] = "4 1 1 3 3",
                ["encoder.stages.2.0.convs.1.norm.bias"] = "16",
                ["decoder.transpconvs.0.weight"] = "16 8 2 2 2",
                ["decoder.stages.1.convs.0.conv.weight"] = "4 8 1 3 3",
                ["decoder.seg_layers.1.bias"] = "2",
            }
        );
        AssertShapes(
            residual,
            new()
            {
                ["encoder.stem.convs.0.conv.weight"] = "4 1 1 3 3",
                ["encoder.stages.1.blocks.0.conv1.conv.weight"] = "8 4 3 3 3",
                ["encoder.stages.1.blocks.0.skip.1.conv.weight"] = "8 4 1 1 1",
                ["encoder.stages.1.blocks.0.skip.1.norm.weight"] = "8",
                ["encoder.stages.2.blocks.3.conv2.norm.weight"] = "8",
                ["decoder.stages.0.convs.0.conv.weight"] = "8 16 3 3 3",
            }
        );
        Assert.IsFalse(
            residual.state_dict().ContainsKey("encoder.stages.2.blocks.0.skip.1.conv.weight"),
            "Equal widths need no convolution."
        );
    }

    [TestMethod]
    public void Weights_StartAsNnUNets()
    {
        torch.manual_seed(2);
        using var network = UNet.Entry.Create(new UNetOptions { Form = UNetForm.ResidualEncoder, SpatialDims = 2, Width = 16, Depth = 3 });
        using var scope = torch.NewDisposeScope();

        var state = network.state_dict();

        Assert.AreEqual(Math.Sqrt(2.0 / 1.0001 / (32 * 9)), state["encoder.stages.1.blocks.1.conv1.conv.weight"].std().ToDouble(), 0.003);
        Assert.AreEqual(0, state["encoder.stages.1.blocks.1.conv1.conv.bias"].abs().sum().ToDouble());
        Assert.AreEqual(0, state["encoder.stages.1.blocks.1.conv2.norm.weight"].abs().sum().ToDouble(), "Blocks start as the identity.");
        Assert.AreEqual(32, state["encoder.stages.1.blocks.1.conv1.norm.weight"].sum().ToDouble());
    }

    [TestMethod]
    public void TrainingLoss_CountsAllButTheCoarsestPrediction()
    {
        using var scope = torch.NewDisposeScope();
        using var network = UNet.Entry.Create(new UNetOptions { SpatialDims = 2, Width = 2, Depth = 4 });
        var labels = torch.zeros([1, 16, 16], torch.ScalarType.Int64);

        network
            .TrainingLoss(network.ForwardTraining(torch.randn([1, 1, 16, 16], torch.ScalarType.Float32)), labels, new CrossEntropyLoss())
            .backward();

        var gradients = network.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.grad);
        Assert.IsNull(gradients["decoder.seg_layers.0.weight"]);
        Assert.IsNotNull(gradients["decoder.seg_layers.1.weight"]);
        Assert.IsNotNull(gradients["decoder.seg_layers.2.weight"]);
    }

    [TestMethod]
    public void WithoutDeepSupervision_OnlyTheFinestStageHasAHead()
    {
        using var network = UNet.Entry.Create(new UNetOptions { Width = 2, Depth = 4, DeepSupervision = false });

        CollectionAssert.AreEqual(
            new[] { "decoder.seg_layers.2.weight", "decoder.seg_layers.2.bias" },
            network
                .named_parameters()
                .Select(entry => entry.name)
                .Where(name => name.Contains("seg_layers", StringComparison.Ordinal))
                .ToList()
        );
    }

    [TestMethod]
    public void SizeRule_FollowsTheTopology_AndLeavesMoreThanOnePosition()
    {
        using var network = UNet.Entry.Create(new UNetOptions { Width = 2, Topology = Anisotropic });

        Assert.IsTrue(network.SizeRule.Allows([2, 4, 8]));
        Assert.IsFalse(network.SizeRule.Allows([2, 4, 4]));
        CollectionAssert.AreEqual(new long[] { 4, 12, 8 }, network.SizeRule.Fit([3, 9, 1]));
    }

    [TestMethod]
    public void ImpossibleOptions_AreNamedTogether()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            UNet.Entry.Create(
                new UNetOptions
                {
                    Width = 400,
                    Depth = 5,
                    BlocksPerStage = [],
                    DecoderConvolutions = 0,
                    Topology = new([2, 3], [2, [1, 2]]),
                }
            )
        );

        foreach (
            var fact in new[]
            {
                "7 faults",
                "the kernel 2",
                "the stride 1 x 2",
                "begins with the stride 2",
                "Depth is 5",
                "MaximumWidth is 320",
                "BlocksPerStage is []",
                "DecoderConvolutions is 0",
            }
        )
        {
            StringAssert.Contains(error.Message, fact);
        }
    }

    [TestMethod]
    [DataRow(UNetForm.Plain)]
    [DataRow(UNetForm.ResidualEncoder)]
    public void Training_OnABall_LearnsIt(UNetForm form)
    {
        torch.manual_seed(5);
        using var network = UNet.Entry.Create(new UNetOptions { Form = form, SpatialDims = 2, Width = 8, Depth = 3 });
        var dice = NoisyBall.DiceAfterTraining(network, radius: 7, steps: 40);
        Assert.IsTrue(dice > 0.95, $"Dice {dice:g3}");
    }

    private static void AssertShapes(Network network, Dictionary<string, string> expected)
    {
        var state = network.state_dict();
        foreach (var (name, shape) in expected)
        {
            Assert.AreEqual(shape, string.Join(' ', state[name].shape), name);
        }
    }
}
