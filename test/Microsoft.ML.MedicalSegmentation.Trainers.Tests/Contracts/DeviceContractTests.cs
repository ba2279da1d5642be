using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Contracts;

/// <summary>Every network on the GPU, or on the device that MEDSEG_DEVICE names; without either, one of them on the processor.</summary>
[TestClass]
[DoNotParallelize]
public class DeviceContractTests
{
    private static readonly string? Chosen =
        Environment.GetEnvironmentVariable("MEDSEG_DEVICE") ?? (torch.cuda.is_available() ? "cuda" : null);

    public static IEnumerable<object[]> Cases =>
        ContractCases.All.Take(Chosen is null ? 1 : int.MaxValue).Select(contract => new object[] { contract.Name });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Forward_OnTheDevice_EqualsTheProcessor(string name)
    {
        var device = torch.device(Chosen ?? "cpu");
        torch.manual_seed(3);
        var contract = ContractCases.Find(name);
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        using var network = contract.Create(channels: 2, classes: 3);
        network.eval();
        var image = torch.randn([1, 2, .. contract.Sizes(network)[0]]);
        var expected = network.forward(image);

        network.to(device);
        var logits = network.forward(image.to(device)).cpu();

        // GPUs compute convolutions with 10 bits of each factor by default.
        var difference = OnnxRun.Difference(expected, logits);
        Assert.IsTrue(difference < 5e-3, $"{name} differs by {difference}.");
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Step_OnTheDevice_ReachesEveryParameterInBothPrecisions(string name)
    {
        var device = torch.device(Chosen ?? "cpu");
        torch.manual_seed(3);
        var contract = ContractCases.Find(name);
        foreach (var precision in Enum.GetValues<TrainingPrecision>())
        {
            using var scope = torch.NewDisposeScope();
            using var network = contract.Create(channels: 2, classes: 3);
            network.to(device);
            network.Precision = precision;
            using var optimizer = torch.optim.AdamW(network.parameters(), 1e-3);
            var size = contract.Sizes(network)[0];
            var labels = torch.randint(0, 3, [2, .. size]).to(device);
            var loss = network.TrainingLoss(
                network.ForwardTraining(torch.randn([2, 2, .. size]).to(device)), labels, new DiceCrossEntropyLoss());
            loss.backward();
            optimizer.step();

            Assert.IsTrue(loss.isfinite().item<bool>(), $"{precision}");
            foreach (var (key, parameter) in network.named_parameters().Where(entry => entry.parameter.requires_grad))
            {
                Assert.AreEqual(device.type, parameter.device_type, key);
                Assert.IsTrue(parameter.grad is null || parameter.grad.isfinite().all().item<bool>(), $"{key} in {precision}");
            }
        }
    }
}
