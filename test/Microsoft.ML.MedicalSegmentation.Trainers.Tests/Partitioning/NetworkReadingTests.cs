using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Partitioning;

[TestClass]
[DoNotParallelize]
public class NetworkReadingTests
{
    [TestMethod]
    public void Reading_OfAConvolutionalNetwork_BoundsWhatAVoxelDependsOn()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        using var network = new AttentionUNetOptions
        {
            SpatialDims = 2,
            Form = AttentionUNetForm.Ungated,
            Width = 2,
            Depth = 3,
        }.CreateNetwork();
        network.eval();
        var reading = NetworkReading.Of(network, [96, 96]);
        Assert.IsNull(reading.WhyUnbounded);
        CollectionAssert.AreEqual(new long[] { 4, 4 }, reading.Stride.ToArray());

        // The gradient of one result says which voxels it depends on.
        var image = randn([1, 1, 96, 96]).requires_grad_(true);
        network.forward(image)[0, 0, 50, 49].backward();
        var rows = image.grad!.abs().sum([0, 1, 3]).gt(0).nonzero().flatten().data<long>().ToArray();
        Assert.IsGreaterThanOrEqualTo(50 - reading.Before[0], rows.Min());
        Assert.IsLessThanOrEqualTo(50 + reading.After[0], rows.Max());
        Assert.IsLessThanOrEqualTo(
            12,
            (rows.Min() - (50 - reading.Before[0])) + (50 + reading.After[0] - rows.Max()),
            "It is not much wider than needed."
        );
    }

    [TestMethod]
    [DataRow("unet", "instance norm")]
    [DataRow("dual-attention", "product over positions")]
    public void Reading_OfANetworkThatSeesEverything_SaysWhy(string key, string why)
    {
        var entry = Networks.NetworkList.Find(key);
        NetworkOptions options =
            key == "unet"
                ? new UNetOptions { Width = 2, Depth = 3 }
                : new DualAttentionOptions
                {
                    SpatialDims = 3,
                    Encoder = DualAttentionEncoder.ResNet18,
                    Width = 4,
                };
        using var network = entry.Create(options);
        StringAssert.Contains(NetworkReading.Of(network, [32, 32, 32]).WhyUnbounded, why);
    }
}
