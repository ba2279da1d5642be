using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using Microsoft.ML.MedicalSegmentation.Layers.Paired;
using Microsoft.ML.MedicalSegmentation.Networks.UNETRPlusPlusNets;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Networks;

[TestClass]
[DoNotParallelize]
public class UNETRPlusPlusTests
{
    [TestMethod]
    [DataRow("synapse", 42_952_850)]
    [DataRow("acdc", 66_796_404)]
    [DataRow("lung", 121_174_798)]
    [DataRow("brats", 42_647_604)]
    [DataRow("btcv", 39_411_410)]
    public void Preset_HasTheParametersOfThePublishedNetwork(string preset, long parameters)
    {
        using var network = UNETRPlusPlus.Entry.Create(UNETRPlusPlus.Entry.Presets[preset]);

        Assert.AreEqual(parameters, network.parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    public void Names_OfTheBratsForm_AreTheAuthors()
    {
        var brats = (UNETRPlusPlusOptions)UNETRPlusPlus.Entry.Presets["brats"];
        using var network = UNETRPlusPlus.Entry.Create(brats with { Width = 4, PatchSize = [32, 32, 32] });

        var shapes = network.state_dict().ToDictionary(entry => entry.Key, entry => string.Join(' ', entry.Value.shape));
        Assert.AreEqual("4 4 4 4 4", shapes["unetr_pp_encoder.downsample_layers.0.0.conv.weight"]);
        Assert.AreEqual("512 64", shapes["unetr_pp_encoder.stages.0.2.epa_block.EF"]);
        Assert.AreEqual("1 32", shapes["unetr_pp_encoder.stages.3.0.epa_block.EF"]);
        Assert.AreEqual("8 64", shapes["decoder5.decoder_block.0.1.epa_block.EF"]);
        Assert.AreEqual("2 4 1 1 1", shapes["encoder1.conv3.conv.weight"]);
        Assert.IsFalse(shapes.Keys.Any(name => name.Contains("out_proj", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void CorrectedSpatialAttention_GivesEqualTokensWhereAllAttendAlike_AndTheAuthorsFormDoesNot()
    {
        foreach (var corrected in new[] { true, false })
        {
            using var scope = torch.NewDisposeScope();
            using var noGradients = torch.no_grad();
            torch.manual_seed(1);
            using var layer = new EfficientPairedAttention(
                8, 6, 3, new() { Heads = 2, TokenProjection = TokenProjection.Separate, CorrectedSpatialAttention = corrected });
            layer.eval();
            foreach (
                var (_, parameter) in layer.named_parameters().Where(entry => entry.name.StartsWith("keyTokens", StringComparison.Ordinal))
            )
            {
                parameter.zero_();
            }

            var spatial = ((TorchExpression)layer.Forward(new TorchExpression(torch.randn([1, 6, 8], torch.ScalarType.Float32))))
                .Tensor[0]
                .slice(1, 0, 4, 1);

            var spread = (spatial - spatial.mean([0], keepdim: true)).abs().max().ToDouble();
            Assert.AreEqual(corrected, spread < 1e-6, $"Tokens differ by {spread:g3}.");
        }
    }

    [TestMethod]
    public void Forward_InTraining_PredictsAtThreeResolutions()
    {
        using var network = UNETRPlusPlus.Entry.Create(new UNETRPlusPlusOptions { Width = 4, Classes = 3, PatchSize = [16, 32, 64] });
        using var scope = torch.NewDisposeScope();

        var output = network.ForwardTraining(torch.randn([2, 1, 16, 32, 64], torch.ScalarType.Float32));

        CollectionAssert.AreEqual(new long[] { 2, 3, 16, 32, 64 }, output.Logits.shape);
        CollectionAssert.AreEqual(new long[] { 2, 3, 8, 8, 16 }, output.SideLogits[0].shape);
        CollectionAssert.AreEqual(new long[] { 2, 3, 4, 4, 8 }, output.SideLogits[1].shape);
    }

    [TestMethod]
    public void ThreeChannels_WhichDoNotDivideTheWidth_AreTaken()
    {
        using var network = UNETRPlusPlus.Entry.Create(
            new UNETRPlusPlusOptions { Width = 4, Depth = 2, InputChannels = 3, PatchSize = [2, 4, 4], BlocksPerStage = 1 });
        using var image = torch.randn([1, 3, 2, 4, 4], torch.ScalarType.Float32);
        network.eval();
        using var logits = network.forward(image);

        CollectionAssert.AreEqual(new long[] { 1, 2, 2, 4, 4 }, logits.shape);
    }

    [TestMethod]
    public void ImpossibleOptions_AreNamedTogether_WithAPatchThatFits()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            UNETRPlusPlus.Entry.Create(
                new UNETRPlusPlusOptions
                {
                    Width = 6,
                    PatchSize = [60, 128, 100],
                    ConvolutionsPerBlock = 3,
                    AttentionDropout = 1,
                    DecoderAttentionDropout = -1,
                }
            )
        );

        foreach (
            var fact in new[]
            {
                "5 faults",
                "DecoderAttentionDropout is -1",
                "Width is 6",
                "Use 64 x 128 x 128",
                "ConvolutionsPerBlock is 3",
                "AttentionDropout is 1",
            }
        )
        {
            StringAssert.Contains(error.Message, fact);
        }
    }

    [TestMethod]
    public void Start_DrawsTheEncodersLinearLayersNarrow_AndLeavesTheDecoders()
    {
        using var network = UNETRPlusPlus.Entry.Create(new UNETRPlusPlusOptions { Width = 8, PatchSize = [16, 32, 32] });
        var weights = network.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);

        Assert.AreEqual(0.02, weights["unetr_pp_encoder.stages.2.0.epa_block.qkvv.weight"].std().ToDouble(), 0.002);
        Assert.AreEqual(0, weights["unetr_pp_encoder.stages.0.0.epa_block.E.bias"].abs().max().ToDouble());
        Assert.IsTrue(weights["decoder5.decoder_block.0.0.epa_block.qkvv.weight"].std().ToDouble() > 0.05);
        Assert.AreEqual(1e-6, weights["decoder5.decoder_block.0.0.gamma"].max().ToDouble(), 1e-12);
    }
}
