using Microsoft.ML.MedicalSegmentation.Networks.MultiScaleDualAttentionNets;

namespace Microsoft.ML.MedicalSegmentation.Networks;

[TestClass]
[DoNotParallelize]
public class MultiScaleDualAttentionTests
{
    [TestMethod]
    public void Preset_HasTheParametersOfThePublishedNetwork()
    {
        using var network = MultiScaleDualAttention.Entry.Create(MultiScaleDualAttention.Entry.Presets["chaos"]);

        Assert.AreEqual(104_511_475, network.parameters().Sum(parameter => parameter.numel()));
        var unused = network
            .named_parameters()
            .Where(entry => network.UnusedParameters.Any(name => entry.name.StartsWith(name, StringComparison.Ordinal)));
        Assert.AreEqual(955_412, unused.Sum(entry => entry.parameter.numel()));
    }

    [TestMethod]
    [DataRow(ResidualEncoderForm.ResNet18, 11_170_240)]
    [DataRow(ResidualEncoderForm.ResNet34, 21_278_400)]
    [DataRow(ResidualEncoderForm.ResNet50, 23_501_760)]
    [DataRow(ResidualEncoderForm.ResNet101, 42_493_888)]
    public void Encoder_HasTheParametersOfTorchvisionsWithoutClassifier_ForOneChannel(ResidualEncoderForm form, long parameters)
    {
        using var network = new MultiScaleDualAttention(new() { SpatialDims = 2, Encoder = form });

        var encoder = network.named_parameters().Where(entry => entry.name.StartsWith("resnext.", StringComparison.Ordinal));
        Assert.AreEqual(parameters, encoder.Sum(entry => entry.parameter.numel()));
    }

    [TestMethod]
    [DataRow(ResidualEncoderForm.UNet, UNetForm.Plain)]
    [DataRow(ResidualEncoderForm.ResidualUNet, UNetForm.ResidualEncoder)]
    public void Encoder_OfTheUNet_HasItsParametersUnderItsNames(ResidualEncoderForm form, UNetForm plain)
    {
        using var network = new MultiScaleDualAttention(
            new()
            {
                SpatialDims = 2,
                Encoder = form,
                Width = 8,
            }
        );
        using var unet = new UNetOptions
        {
            SpatialDims = 2,
            Form = plain,
            Width = 8,
            Depth = 6,
        }.CreateNetwork();
        static string[] Encoder(Definition.Network network) =>
            [
                .. network
                    .named_parameters()
                    .Where(entry => entry.name.StartsWith("encoder.", StringComparison.Ordinal))
                    .Select(entry => $"{entry.name} {string.Join(" ", entry.parameter.shape)}")
                    .Order(),
            ];

        CollectionAssert.AreEqual(Encoder(unet), Encoder(network));
    }

    [TestMethod]
    public void ImpossibleOptions_AreNamedTogether()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => MultiScaleDualAttention.Entry.Create(
            new MultiScaleDualAttentionOptions { Width = 12, Depth = 5, GuidedWeight = -1, ReconstructionWeight = double.NaN }));

        foreach (var fact in new[] { "4 faults", "Width is 12", "Depth is 5", "GuidedWeight is -1", "ReconstructionWeight is NaN" })
        {
            StringAssert.Contains(error.Message, fact);
        }
    }
}
