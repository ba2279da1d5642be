using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using Microsoft.ML.MedicalSegmentation.Networks.AttentionUNets;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Networks;

[TestClass]
[DoNotParallelize]
public class AttentionUNetTests
{
    [TestMethod]
    [DataRow("multi-gate", 6_473_322)]
    [DataRow("single-gate", 6_214_151)]
    [DataRow("ungated", 5_888_004)]
    [DataRow("shared-signal", 2_221_815)]
    [DataRow("community", 34_878_573)]
    [DataRow("community-ungated", 34_527_041)]
    public void Preset_HasTheParametersOfThePublishedNetwork(string preset, long parameters)
    {
        using var network = AttentionUNet.Entry.Create(AttentionUNet.Entry.Presets[preset]);

        Assert.AreEqual(parameters, network.parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    public void Names_OfTheSharedSignalForm_AreTheAuthors()
    {
        using var network = AttentionUNet.Entry.Create(
            new AttentionUNetOptions
            {
                Form = AttentionUNetForm.SharedSignal,
                Width = 2,
                TransposedUpsampling = true,
            }
        );

        var shapes = network.state_dict().ToDictionary(entry => entry.Key, entry => string.Join(' ', entry.Value.shape));
        Assert.AreEqual("2 1 3 3 1", shapes["conv1.conv1.0.weight"]);
        Assert.AreEqual("16 32 1 1 1", shapes["gating.conv1.0.weight"]);
        Assert.AreEqual("4 4 2 2 2", shapes["attentionblock2.theta.weight"]);
        Assert.AreEqual("4 16 1 1 1", shapes["attentionblock2.phi.weight"]);
        Assert.AreEqual("4 4 1 1 1", shapes["attentionblock2.W.0.weight"]);
        Assert.AreEqual("32 16 4 4 1", shapes["up_concat4.up.weight"]);
        Assert.AreEqual("16 32 3 3 1", shapes["up_concat4.conv.conv1.0.weight"]);
        Assert.AreEqual("2 2 1 1 1", shapes["final.weight"]);
    }

    [TestMethod]
    public void Weights_OfTheAuthorsForms_StartAsTheirs()
    {
        torch.manual_seed(2);
        using var network = AttentionUNet.Entry.Create(new AttentionUNetOptions { Width = 8, Depth = 3 });
        using var scope = torch.NewDisposeScope();

        var state = network.state_dict();

        Assert.AreEqual(Math.Sqrt(2.0 / (16 * 27)), state["conv2.conv2.0.weight"].std().ToDouble(), 0.003);
        Assert.AreEqual(0.02, state["center.conv2.1.weight"].std().ToDouble(), 0.01);
        Assert.AreEqual(1, state["center.conv2.1.weight"].mean().ToDouble(), 0.02);
        Assert.AreEqual(0, state["center.conv2.1.bias"].abs().sum().ToDouble());
    }

    [TestMethod]
    public void Patch_ThatTheDepthCannotDivide_NamesOneThatFits()
    {
        using var network = AttentionUNet.Entry.Create(new AttentionUNetOptions { Width = 2 });
        using var image = torch.zeros([1, 1, 100, 96, 96], torch.ScalarType.Float32);

        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => network.forward(TorchSharp.torch.zeros([0, 1, 16, 16, 16]))).Message,
            "at least one image"
        );
        var error = Assert.ThrowsExactly<ArgumentException>(() => network.forward(image));

        Assert.AreEqual(
            "The patch is 100 x 96 x 96 voxels; attention-unet with depth 5 needs each side to be a multiple of 16. Use 112 x 96 x 96.",
            error.Message);
    }

    [TestMethod]
    public void Patch_FlatWhereTheFormIsFlat_IsAccepted_DownToTheGatesGrid()
    {
        using var network = AttentionUNet.Entry.Create(new AttentionUNetOptions { Form = AttentionUNetForm.SharedSignal, Width = 2 });

        Assert.IsTrue(network.SizeRule.Allows([16, 32, 5]));
        Assert.IsFalse(network.SizeRule.Allows([16, 32, 1]));
        CollectionAssert.AreEqual(new long[] { 16, 32, 2 }, network.SizeRule.Fit([9, 17, 1]));
    }

    [TestMethod]
    [DataRow(GateActivation.SoftplusSigmoid)]
    [DataRow(GateActivation.SpatialSoftmax)]
    public void GateActivations_ComputeAlike_InOnnxRuntime(GateActivation activation)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        using var network = AttentionUNet.Entry.Create(
            new AttentionUNetOptions
            {
                SpatialDims = 2,
                Width = 4,
                Depth = 3,
                GateActivation = activation,
            }
        );
        network.eval();
        var image = torch.randn([2, 1, 16, 8], torch.ScalarType.Float32);

        var difference = OnnxRun.Difference(network.forward(image), OnnxRun.Logits(OnnxRun.Export(network, image.shape), image));

        Assert.IsTrue(difference <= 1e-4, $"{difference:g3}");
    }

    [TestMethod]
    [DataRow("multi-gate", 8, "gates.2.parallel.0.relevance")]
    [DataRow("community", 4, "gates.3.relevance")]
    public void Gates_ShowWeightsBetweenZeroAndOne_ToAnObserver(string preset, int maps, string name)
    {
        using var network = (
            AttentionUNet.Entry.OptionsOf(preset) with
            {
                SpatialDims = 2,
                InputChannels = 1,
                Width = 2,
                Depth = preset == "community" ? 5 : 6,
            }
        ).CreateNetwork();
        using var observer = new ForwardObserver();

        using (torch.NewDisposeScope())
        {
            network.forward(torch.randn([1, 1, 64, 32], torch.ScalarType.Float32));
        }

        var seen = observer.Seen(network).ToDictionary(entry => entry.Name, entry => entry.Value);
        Assert.AreEqual(maps, seen.Count);
        CollectionAssert.Contains(seen.Keys, name);
        foreach (var weights in seen.Values)
        {
            Assert.IsTrue(weights.min().ToDouble() > 0 && weights.max().ToDouble() < 1);
        }
    }

    [TestMethod]
    public void Training_OnABall_LearnsIt()
    {
        torch.manual_seed(5);
        using var network = AttentionUNet.Entry.Create(new AttentionUNetOptions { SpatialDims = 2, Width = 8, Depth = 3 });
        var dice = NoisyBall.DiceAfterTraining(network, radius: 7, steps: 60);
        Assert.IsTrue(dice > 0.95, $"Dice {dice:g3}");
    }
}
