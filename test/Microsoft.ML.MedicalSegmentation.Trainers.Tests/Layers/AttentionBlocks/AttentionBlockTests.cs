using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using Microsoft.ML.MedicalSegmentation.Fixtures;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;

/// <summary>What every block of the list keeps; gates, which need a second input, are tested in a U-Net.</summary>
[TestClass]
[DoNotParallelize]
public class AttentionBlockTests
{
    // The parameters of a block, counted by hand: c channels, d axes, h channels inside.
    private static readonly Dictionary<string, Func<long, int, long>> Parameters = new()
    {
        ["squeeze-excitation"] = (c, _) => Perceptron(c, c / 16),
        ["convolutional-block-attention"] = (c, d) => Perceptron(c, c / 16) + (2 * Power(7, d)) + 1,
        ["global-context"] = (c, _) => c + 1 + Perceptron(c, c / 16) + (2 * (c / 16)),
        ["bottleneck-attention"] = (c, d) => Bottleneck(c, c / 16, d),
        ["non-local"] = (c, _) => (3 * ((c * c / 2) + (c / 2))) + (c * c / 2) + c + (2 * c),
        ["spatial-channel-excitation"] = (c, _) => Perceptron(c, c / 2) + c + 1,
        ["project-excite"] = (c, _) => Perceptron(c, c / 2),
        ["efficient-channel-attention"] = (c, _) => c == 256 ? 5 : 3,
        ["dual-attention"] = (c, _) => (2 * ((c * c / 8) + (c / 8))) + (c * c) + c + 2,
    };

    public static IEnumerable<object[]> Cases =>
        from entry in AttentionBlockList.All
        where entry.Factory is not null
        from dims in new[] { 2, 3 }
        select new object[] { entry.Key, dims };

    [TestInitialize]
    public void Seed() => torch.manual_seed(4);

    // Golden numbers: the papers' equations in PyTorch 1.13 (float64), apart from this code, filled by the rule of the fixtures.
    // First the mean magnitude, then the elements 0, n / 3, n / 2 and n - 1 of the n.
    [TestMethod]
    [DataRow("squeeze-excitation", 2, "0.2429891 0.2926916 -0.3375545 0.1124241 -0.0782549")]
    [DataRow("squeeze-excitation", 3, "0.2431425 0.2976399 -0.3492149 0.1077689 -0.07890589")]
    [DataRow("convolutional-block-attention", 2, "0.1246123 0.1392399 -0.2171289 0.05310813 -0.03289004")]
    [DataRow("convolutional-block-attention", 3, "0.1119533 0.126256 -0.1817472 0.03927593 -0.03180088")]
    [DataRow("global-context", 2, "0.6867099 0.09314982 -0.3817574 -0.4951149 -0.6954232")]
    [DataRow("global-context", 3, "0.7018617 -0.05198064 0.4467687 0.834523 -0.7823027")]
    [DataRow("bottleneck-attention", 2, "0.7366254 0.8472497 -0.978155 0.3052023 -0.2033093")]
    [DataRow("bottleneck-attention", 3, "0.7389769 0.834026 -1.178062 0.3848086 -0.2172598")]
    [DataRow("non-local", 2, "0.4982153 0.7527962 -0.5975198 0.4300397 -0.08264031")]
    [DataRow("non-local", 3, "0.4986446 0.7698156 -0.58123 0.2655531 -0.140313")]
    [DataRow("spatial-channel-excitation", 2, "0.493762 0.4917973 -0.5911409 0.2685785 -0.1684411")]
    [DataRow("spatial-channel-excitation", 3, "0.4775906 0.4768822 -0.7357844 0.1772683 -0.1886312")]
    [DataRow("project-excite", 2, "0.2426964 0.2806998 -0.366549 0.1082623 -0.07432727")]
    [DataRow("project-excite", 3, "0.2418218 0.2894329 -0.3402258 0.1002113 -0.07931983")]
    [DataRow("efficient-channel-attention", 2, "0.2466027 0.3037233 -0.323866 0.1173351 -0.08508663")]
    [DataRow("efficient-channel-attention", 3, "0.2465896 0.3029755 -0.332559 0.114374 -0.08368956")]
    [DataRow("dual-attention", 2, "0.4547247 0.3481948 -0.4488983 0.2887873 -0.09875168")]
    [DataRow("dual-attention", 3, "0.4673313 0.7432247 -0.8312883 0.1095247 0.01303083")]
    public void Forward_WithKnownWeights_EqualsTheEquations(string key, int dims, string expected)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        long[] shape = dims == 2 ? [2, 16, 6, 5] : [1, 16, 3, 4, 5];
        var block = Make(key, dims, 16);
        using var network = new LayerNetwork(shape, block, block.Forward);
        FixtureFill.Apply(network);
        network.eval();

        var output = network.forward(FixtureFill.Input(shape));

        CollectionAssert.AreEqual(shape, output.shape);
        var flat = output.flatten();
        var count = flat.numel();
        double[] actual = [flat.abs().mean().ToDouble(), .. new[] { 0, count / 3, count / 2, count - 1 }.Select(at => flat[at].ToDouble())];
        foreach (var (wanted, got) in expected.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).Zip(actual))
        {
            Assert.AreEqual(wanted, got, 2e-6);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Parameters_AreThoseCountedByHand(string key, int dims)
    {
        foreach (var channels in new[] { 64L, 256 })
        {
            using var block = Make(key, dims, channels);
            Assert.AreEqual(
                Parameters[key](channels, dims),
                block.parameters().Sum(parameter => parameter.numel()),
                $"{channels} channels"
            );
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Fresh_IsTheIdentity_WhereTheListSaysSo(string key, int dims)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        using var block = Make(key, dims, 32);
        var input = Input(dims, 32);

        var difference = (Run(block, input) - input).abs().max().ToDouble();

        Assert.AreEqual(AttentionBlockList.Find(key).StartsAsIdentity, difference < 1e-6, $"{difference}");
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Backward_ReachesEveryParameter(string key, int dims)
    {
        using var scope = torch.NewDisposeScope();
        using var block = Make(key, dims, 32);

        Run(block, Input(dims, 32)).square().mean().backward();

        foreach (var (name, parameter) in block.named_parameters())
        {
            Assert.IsTrue(parameter.grad is { } gradient && gradient.isfinite().all().item<bool>(), name);
        }
    }

    // Neither sees where a position lies, only what is there.
    [TestMethod]
    [DataRow("squeeze-excitation")]
    [DataRow("global-context")]
    [DataRow("non-local")]
    [DataRow("dual-attention")]
    [DataRow("spatial-channel-excitation")]
    [DataRow("efficient-channel-attention")]
    public void Positions_InAnotherOrder_GiveTheResultInThatOrder(string key)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        var block = Make(key, 2, 32);
        using var network = new LayerNetwork([1, 32, 6, 6], block, block.Forward);
        FixtureFill.Apply(network);
        network.eval();
        var input = Input(2, 32);
        var order = torch.randperm(36);
        torch.Tensor Shuffled(torch.Tensor values) => values.flatten(2).index_select(2, order).reshape(values.shape);

        var difference = OnnxRun.Difference(Shuffled(network.forward(input)), network.forward(Shuffled(input)));

        Assert.IsTrue(difference < 1e-5, $"{difference:g3}");
    }

    [TestMethod]
    public void Options_ChangeTheBlocks()
    {
        using var excitation = new SqueezeExcitation(2, 64, new() { Reduction = 2 });
        using var attention = new ConvolutionalBlockAttention(3, 64, new() { Kernel = 3 });
        using var small = new SqueezeExcitation(2, 8, new());

        Assert.AreEqual(Perceptron(64, 32), excitation.parameters().Sum(parameter => parameter.numel()));
        Assert.AreEqual(Perceptron(64, 4) + 54 + 1, attention.parameters().Sum(parameter => parameter.numel()));
        Assert.AreEqual(Perceptron(8, 4), small.parameters().Sum(parameter => parameter.numel()), "At least 4 channels remain.");
    }

    [TestMethod]
    public void NonLocal_Subsampled_TakesAxesOfOnePosition()
    {
        using var scope = torch.NewDisposeScope();
        using var block = new NonLocalAttention(3, 8, new() { Subsampling = 2 });

        CollectionAssert.AreEqual(new long[] { 1, 8, 1, 5, 4 }, Run(block, torch.randn([1, 8, 1, 5, 4], torch.ScalarType.Float32)).shape);
    }

    [TestMethod]
    public void Find_UnknownKey_ListsTheBlocks()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => AttentionBlockList.Find("squeeze"));

        StringAssert.Contains(error.Message, "'squeeze'");
        StringAssert.Contains(error.Message, "squeeze-excitation, convolutional-block-attention");
    }

    private static AttentionBlock Make(string key, int dims, long channels) =>
        AttentionBlockList.Find(key).Factory!(dims, channels, new AttentionBlockOptions());

    private static torch.Tensor Run(AttentionBlock block, torch.Tensor input) =>
        ((TorchExpression)block.Forward(new TorchExpression(input))).Tensor;

    private static torch.Tensor Input(int dims, long channels) =>
        torch.randn([1, channels, .. Enumerable.Repeat(6L, dims)], torch.ScalarType.Float32);

    private static long Perceptron(long channels, long inner) => (2 * channels * inner) + inner + channels;

    private static long Bottleneck(long channels, long inner, int dims) =>
        Perceptron(channels, inner) + (2 * inner) // channels
        + (channels * inner) + inner + (2 * ((inner * inner * Power(3, dims)) + inner)) + (3 * 2 * inner) + inner + 1; // positions

    private static long Power(long number, int exponent) => (long)Math.Pow(number, exponent);
}
