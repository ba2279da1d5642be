using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

[TestClass]
public class WeightAverageTests
{
    [TestMethod]
    public void Update_ThenSwap_ExchangesWeightsWithTheirAverage()
    {
        using var layer = nn.Linear(1, 1, false);
        using var noGradient = no_grad();
        layer.weight!.fill_(1);
        using var average = new WeightAverage(layer, 0.99);

        // After step n the decay is min(0.99, (1 + n) / (10 + n)): 2/11, then 3/12.
        layer.weight.fill_(3);
        average.Update();
        layer.weight.fill_(5);
        average.Update();
        var first = 1 * (2.0 / 11) + 3 * (9.0 / 11);
        var second = first * 0.25 + 5 * 0.75;

        average.Swap();
        Assert.AreEqual(second, layer.weight.item<float>(), 1e-6);
        average.Swap();
        Assert.AreEqual(5, layer.weight.item<float>());
    }

    [TestMethod]
    public void Snapshot_Restore_BringsBackWeightsAndStatistics()
    {
        using var layer = nn.BatchNorm1d(2);
        using var noGradient = no_grad();
        using var snapshot = new WeightSnapshot(layer);
        layer.call(randn([8, 2]) + 5).Dispose();
        var moved = layer.state_dict()["running_mean"].clone();

        snapshot.Restore();

        Assert.AreNotEqual(0, moved.abs().sum().item<float>());
        Assert.AreEqual(0, layer.state_dict()["running_mean"].abs().sum().item<float>());
        Assert.AreEqual(0, layer.state_dict()["num_batches_tracked"].item<long>());
    }
}
