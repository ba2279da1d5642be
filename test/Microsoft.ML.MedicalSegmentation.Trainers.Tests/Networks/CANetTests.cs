using Microsoft.ML.MedicalSegmentation.Networks.CANets;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Networks;

[TestClass]
[DoNotParallelize]
public class CANetTests
{
    [TestMethod]
    public void Preset_HasTheParametersOfThePublishedNetwork()
    {
        using var network = CANet.Entry.Create(CANet.Entry.Presets["isic-2018"]);

        Assert.AreEqual(2_785_610, network.parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    [DataRow(16, 16)]
    [DataRow(17, 31)]
    [DataRow(45, 37)]
    public void AnySize_IsTaken_AndGivesLogitsOfIt(int height, int width)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        using var network = new CANet(new() { SpatialDims = 2, Width = 4, Classes = 3 });
        network.eval();

        var logits = network.forward(torch.randn([1, 1, height, width], torch.ScalarType.Float32));

        CollectionAssert.AreEqual(new long[] { 1, 3, height, width }, logits.shape);
    }

    [TestMethod]
    public void Strict_GivesProbabilities()
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        using var network = new CANet(new() { SpatialDims = 2, Width = 4, Depth = 4, Classes = 3, Strict = true });
        network.eval();

        var sums = network.forward(torch.randn([1, 1, 21, 16], torch.ScalarType.Float32)).sum(1);

        Assert.AreEqual(0, (sums - 1).abs().max().ToDouble(), 1e-5);
    }
}
