using Microsoft.ML.MedicalSegmentation.Networks.TransAttUNets;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Networks;

[TestClass]
[DoNotParallelize]
public class TransAttUNetTests
{
    [TestMethod]
    public void Preset_HasTheParametersOfThePublishedNetwork()
    {
        using var network = TransAttUNet.Entry.Create(TransAttUNet.Entry.Presets["residual"]);

        Assert.AreEqual(25_965_770, network.parameters().Sum(parameter => parameter.numel()));
        var unused = network
            .named_parameters()
            .Where(entry => network.UnusedParameters.Any(name => entry.name.StartsWith(name, StringComparison.Ordinal)));
        Assert.AreEqual(3_301_896, unused.Sum(entry => entry.parameter.numel()));
    }

    [TestMethod]
    public void Grid_LargerThanThePositionTables_StretchesThem()
    {
        using var network = new TransAttUNet(new() { SpatialDims = 2, Width = 4, Depth = 3, PositionPlaces = 3 });
        using var image = torch.randn([1, 1, 32, 8], torch.ScalarType.Float32);
        network.eval();
        using var logits = network.forward(image);

        CollectionAssert.AreEqual(new long[] { 1, 2, 32, 8 }, logits.shape);
        Assert.IsTrue(logits.isfinite().all().item<bool>());
    }

    [TestMethod]
    public void CascadedSkips_GiveTheHeadTheFeaturesOfAllLevelsAndEachLevelThoseOfTheOneBelow()
    {
        using var network = new TransAttUNet(new() { Skips = TransAttUNetSkips.Cascade, SpatialDims = 2, Width = 4, Depth = 4 });
        var weights = network.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);

        // The levels of the decoder have 4, 4 and 8 channels, those of the encoder 4, 8, 16 and 16.
        CollectionAssert.AreEqual(new long[] { 2, 16, 1, 1 }, weights["outc.conv.weight"].shape);
        foreach (var (level, inputs) in new[] { 4 + 4, 8 + 8, 16 + 16 }.Index())
        {
            Assert.AreEqual(inputs, weights[$"up{3 - level}.conv.double_conv.0.weight"].shape[1], $"level {level}");
        }
    }

    [TestMethod]
    public void ImpossibleOptions_AreNamedTogether()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => TransAttUNet.Entry.Create(
            new TransAttUNetOptions { Width = 4, Depth = 3, TokenAttention = true, Heads = 3, AttentionDropout = 1, PositionPlaces = 0 }));

        foreach (var fact in new[] { "3 faults", "divide the 8 channels", "AttentionDropout is 1", "PositionPlaces is 0" })
        {
            StringAssert.Contains(error.Message, fact);
        }
    }
}
