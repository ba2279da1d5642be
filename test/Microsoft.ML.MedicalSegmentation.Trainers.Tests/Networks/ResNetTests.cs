using Microsoft.ML.MedicalSegmentation.Fixtures;
using Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Networks;

/// <summary>Residual networks: the parameters of torchvision's, and in ONNX the same numbers as in torch, with every block.</summary>
[TestClass]
[DoNotParallelize]
public class ResNetTests
{
    public static IEnumerable<object[]> Forms =>
        from form in Enum.GetValues<ResNetForm>()
        from dims in new[] { 2, 3 }
        select new object[] { form, dims };

    public static IEnumerable<object[]> Blocks =>
        from entry in AttentionBlockList.All
        where entry.Factory is not null
        from dims in new[] { 2, 3 }
        select new object[] { entry.Key, dims };

    [TestInitialize]
    public void Seed() => torch.manual_seed(5);

    // The counts of torchvision 0.14, resnet18(), resnet34() and resnet50().
    [TestMethod]
    [DataRow(ResNetForm.ResNet18, 11_689_512)]
    [DataRow(ResNetForm.ResNet34, 21_797_672)]
    [DataRow(ResNetForm.ResNet50, 25_557_032)]
    public void Parameters_OfThePublishedForms_AreAsManyAsTorchvisionHas(ResNetForm form, long expected)
    {
        using var network = new ResNetOptions { SpatialDims = 2, InputChannels = 3, Classes = 1000, Form = form }.CreateNetwork();

        Assert.AreEqual(expected, network.parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    public void Names_AreThoseOfTorchvision()
    {
        using var network = new ResNetOptions { SpatialDims = 2, Width = 4, Form = ResNetForm.ResNet50 }.CreateNetwork();
        var state = network.state_dict();

        foreach (
            var (name, shape) in new (string, long[])[]
            {
                ("conv1.weight", [4, 1, 7, 7]),
                ("bn1.running_mean", [4]),
                ("layer1.0.downsample.0.weight", [16, 4, 1, 1]),
                ("layer1.0.downsample.1.num_batches_tracked", []),
                ("layer2.0.conv2.weight", [8, 8, 3, 3]),
                ("layer2.3.bn3.bias", [32]),
                ("layer3.5.conv3.weight", [64, 16, 1, 1]),
                ("layer4.2.conv1.weight", [32, 128, 1, 1]),
                ("fc.weight", [2, 128]),
                ("fc.bias", [2]),
            }
        )
        {
            CollectionAssert.AreEqual(shape, state[name].shape, name);
        }

        Assert.IsFalse(state.ContainsKey("layer1.1.downsample.0.weight"));
    }

    [TestMethod]
    [DynamicData(nameof(Forms))]
    public void Export_EachForm_EqualsTorch(ResNetForm form, int dims)
        => AssertExports(new() { SpatialDims = dims, InputChannels = 2, Classes = 3, Width = 4, Form = form, Stem = ResNetStem.Large });

    [TestMethod]
    [DynamicData(nameof(Blocks))]
    public void Export_EachAttentionBlock_EqualsTorch(string block, int dims) =>
        AssertExports(
            new()
            {
                SpatialDims = dims,
                InputChannels = 1,
                Classes = 4,
                Width = 4,
                Stem = ResNetStem.Medium,
                AttentionBlock = block,
            }
        );

    [TestMethod]
    [DataRow("squeeze-excitation", null, "layer1.0.attention.", "layer4.1.attention.")]
    [DataRow("bottleneck-attention", null, "stageAttention.0.", "stageAttention.2.")]
    [DataRow("non-local", null, "stageAttention.2.", "stageAttention.2.")]
    [DataRow("non-local", ResNetAttentionPlace.Blocks, "layer1.1.attention.", "layer3.0.attention.")]
    public void Attention_StandsWhereItsPaperHasIt(string block, ResNetAttentionPlace? place, string first, string other)
    {
        using var network = new ResNetOptions
        {
            SpatialDims = 2,
            Width = 8,
            AttentionBlock = block,
            AttentionPlace = place,
        }.CreateNetwork();
        var names = network
            .named_parameters()
            .Select(entry => entry.name)
            .Where(name => name.Contains("ttention", StringComparison.Ordinal))
            .ToList();

        Assert.IsTrue(names.Exists(name => name.StartsWith(first, StringComparison.Ordinal)), string.Join(", ", names));
        Assert.IsTrue(names.Exists(name => name.StartsWith(other, StringComparison.Ordinal)), string.Join(", ", names));
        Assert.IsFalse(names.Exists(name => name.StartsWith("stageAttention.3.", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(28, 2, ResNetStem.Small)]
    [DataRow(64, 2, ResNetStem.Medium)]
    [DataRow(224, 2, ResNetStem.Large)]
    [DataRow(16, 3, ResNetStem.Small)]
    [DataRow(28, 3, ResNetStem.Medium)]
    [DataRow(64, 3, ResNetStem.Large)]
    public void Stem_FollowsTheSizeOfTheImages(int side, int dims, ResNetStem expected) =>
        Assert.AreEqual(expected, new ResNetOptions { SpatialDims = dims, PatchSize = [.. Enumerable.Repeat(side, dims)] }.StemOrDefault);

    [TestMethod]
    public void InitialWeights_KeepTheVarianceOfRectifiedSignals()
    {
        using var scope = torch.NewDisposeScope();
        using var network = new ResNetOptions { SpatialDims = 2, Width = 32 }.CreateNetwork();
        var weight = network.state_dict()["layer2.1.conv1.weight"];

        // He et al. 2015: variance 2 / fan-out; 64 channels of 3 x 3.
        Assert.AreEqual(2.0 / (64 * 9), weight.var(unbiased: false).item<float>(), 2.0 / (64 * 9) * 0.05);
        Assert.AreEqual(1f, network.state_dict()["layer2.1.bn2.weight"].mean().item<float>());
    }

    [TestMethod]
    public void Validate_ImpossibleOptions_ListsAllFaults()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            new ResNetOptions
            {
                Depth = 3,
                Classes = 1,
                Dropout = 1,
                AttentionBlock = "attention-gate",
                AttentionOptions = new() { Kernel = 4 },
            }.Validate()
        );

        foreach (
            var fact in new[]
            {
                "Depth is 3",
                "Classes is 1",
                "Dropout is 1",
                "'attention-gate', which compares a skip connection",
                "Kernel is 4",
                "5 faults",
            }
        )
        {
            StringAssert.Contains(error.Message, fact);
        }
    }

    private static void AssertExports(ResNetOptions options)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        using var network = options.CreateNetwork();
        FixtureFill.Apply(network);
        network.eval();
        long[] sides = options.SpatialDims == 2 ? [33, 30] : [17, 20, 18];
        var image = torch.randn([3, options.InputChannels, .. sides]);

        var file = OnnxRun.Export(network, image.shape);

        var difference = OnnxRun.Difference(network.forward(image), OnnxRun.Logits(file, image));
        Assert.IsTrue(difference <= 1e-4, $"{difference:g3}");
    }
}
