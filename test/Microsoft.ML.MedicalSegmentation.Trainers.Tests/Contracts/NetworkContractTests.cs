using Microsoft.ML.MedicalSegmentation.Fixtures;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Contracts;

/// <summary>What every network of the list keeps, in each number of axes and each form; small widths keep it quick.</summary>
[TestClass]
[DoNotParallelize]
public class NetworkContractTests
{
    public static IEnumerable<object[]> Cases => ContractCases.All.Select(contract => new object[] { contract.Name });

    [TestInitialize]
    public void Seed() => torch.manual_seed(3);

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Forward_AtTwoSizes_GivesLogitsOfTheImagesSize(string name)
    {
        var contract = ContractCases.Find(name);
        foreach (var (channels, classes) in new[] { (1, 1), (2, 3), (4, 5) })
        {
            using var scope = torch.NewDisposeScope();
            using var noGradients = torch.no_grad();
            using var network = contract.Create(channels, classes);
            network.eval();
            foreach (var size in contract.Sizes(network))
            {
                var logits = network.forward(Image(1, channels, size));
                CollectionAssert.AreEqual(new long[] { 1, classes }.Concat(size).ToArray(), logits.shape);
                Assert.IsTrue(logits.isfinite().all().item<bool>());
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Backward_AtTwoSizes_ReachesEveryParameter(string name)
    {
        var contract = ContractCases.Find(name);
        using var network = contract.Create(channels: 2, classes: 3);
        foreach (var size in contract.Sizes(network))
        {
            using var scope = torch.NewDisposeScope();
            network.train();
            network.zero_grad();
            var output = network.ForwardTraining(Image(2, 2, size));
            var loss = output.SideLogits.Concat(output.Extras.Values.SelectMany(values => values))
                .Aggregate(output.Logits.square().mean(), (sum, side) => sum + side.square().mean());
            loss.backward();

            foreach (var (key, parameter) in network.named_parameters().Where(entry => entry.parameter.requires_grad))
            {
                var isUnused = network.UnusedParameters.Any(unused => key.StartsWith(unused, StringComparison.Ordinal));
                Assert.AreEqual(isUnused, parameter.grad is null, $"{key}: documented as {(isUnused ? "unused" : "used")}");
                Assert.IsTrue(parameter.grad is null || parameter.grad.isfinite().all().item<bool>(), key);
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Weights_SavedAndLoaded_GiveTheSameLogits(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        var contract = ContractCases.Find(name);
        using var network = contract.Create(channels: 1, classes: 3);
        using var other = contract.Create(channels: 1, classes: 3);
        FixtureFill.Apply(network);
        var image = Image(1, 1, contract.Sizes(network)[0]);
        network.eval();
        other.eval();
        using var file = new MemoryStream();

        network.save(file);
        Assert.AreNotEqual(0, OnnxRun.Difference(network.forward(image), other.forward(image)), "Fresh weights differ.");
        other.load(new MemoryStream(file.ToArray())); // save has closed the stream

        Assert.AreEqual(0, OnnxRun.Difference(network.forward(image), other.forward(image)));
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Inference_Repeated_GivesTheSameNumbers(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        var contract = ContractCases.Find(name);
        using var network = contract.Create(channels: 1, classes: 3);
        network.eval();
        var image = Image(1, 1, contract.Sizes(network)[0]);

        Assert.AreEqual(0, OnnxRun.Difference(network.forward(image), network.forward(image)));
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Export_WithRunningStatistics_EqualsTorch(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        var contract = ContractCases.Find(name);
        using var network = contract.Create(channels: 2, classes: 3);
        FixtureFill.Apply(network);
        network.eval();
        var image = Image(3, 2, contract.Sizes(network)[0]);

        var file = OnnxRun.Export(network, image.shape);

        var difference = OnnxRun.Difference(network.forward(image), OnnxRun.Logits(file, image));
        Assert.IsTrue(difference <= 1e-4, $"{difference:g3}");
        CollectionAssert.AreEqual(file, OnnxRun.Export(network, image.shape), "The same network gives the same bytes.");
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Export_InTrainingMode_Fails(string name)
    {
        var contract = ContractCases.Find(name);
        using var network = contract.Create(channels: 1, classes: 2);
        network.train();

        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => OnnxRun.Export(network, [1, 1, .. contract.Sizes(network)[0]]));

        StringAssert.Contains(error.Message, "eval()");
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Size_ThatDoesNotFit_FailsWithOneThatDoes(string name)
    {
        var contract = ContractCases.Find(name);
        using var network = contract.Create(channels: 1, classes: 2);
        var fitting = contract.Sizes(network)[0];
        long[] wrong = [fitting[0] + 1, .. fitting[1..]];
        if (network.SizeRule.Allows(wrong))
        {
            return; // It takes any size.
        }

        using var image = Image(1, 1, wrong);
        var error = Assert.ThrowsExactly<ArgumentException>(() => network.forward(image));

        StringAssert.Contains(error.Message, string.Join(" x ", wrong));
        StringAssert.Contains(error.Message, $"Use {string.Join(" x ", network.SizeRule.Fit(wrong))}");
        Assert.IsTrue(network.SizeRule.Allows(network.SizeRule.Fit(wrong)));
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Image_OfOtherChannelsOrAxes_Fails(string name)
    {
        var contract = ContractCases.Find(name);
        using var network = contract.Create(channels: 2, classes: 2);
        var size = contract.Sizes(network)[0];
        foreach (var shape in new long[][] { [1, 3, .. size], [1, 2, .. size, 4] })
        {
            using var image = torch.zeros(shape, torch.ScalarType.Float32);
            var error = Assert.ThrowsExactly<ArgumentException>(() => network.forward(image));
            StringAssert.Contains(error.Message, $"[{string.Join(", ", shape)}]");
            StringAssert.Contains(error.Message, "[batch, 2, ");
        }
    }

    private static torch.Tensor Image(long batch, long channels, long[] size) =>
        torch.randn([batch, channels, .. size], torch.ScalarType.Float32);
}
