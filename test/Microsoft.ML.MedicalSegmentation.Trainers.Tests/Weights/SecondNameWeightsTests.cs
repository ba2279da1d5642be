using Microsoft.ML.MedicalSegmentation.Networks.UNETRPlusPlusNets;
using Microsoft.ML.MedicalSegmentation.Networks.UNets;
using Microsoft.ML.MedicalSegmentation.Weights.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Weights;

/// <summary>Files that hold a weight under several names.</summary>
[TestClass]
[DoNotParallelize]
public class SecondNameWeightsTests
{
    // A U-Net of two stages whose modules are registered as in nnU-Net: a block knows its layers also as all_modules, and the decoder its
    // encoder.
    private const string NnUNetLike = """
        import torch, numpy as np
        from torch import nn
        torch.manual_seed(0); torch.set_num_threads(1)
        class Block(nn.Module):
            def __init__(self, i, o, s):
                super().__init__()
                self.conv, self.norm, self.nonlin = nn.Conv2d(i, o, 3, s, 1), nn.InstanceNorm2d(o, affine=True), nn.LeakyReLU()
                self.all_modules = nn.Sequential(self.conv, self.norm, self.nonlin)
            def forward(self, x): return self.all_modules(x)
        class Stack(nn.Module):
            def __init__(self, i, o, s):
                super().__init__()
                self.convs = nn.Sequential(Block(i, o, s), Block(o, o, 1))
            def forward(self, x): return self.convs(x)
        class Encoder(nn.Module):
            def __init__(self):
                super().__init__()
                self.stages = nn.Sequential(nn.Sequential(Stack(1, 4, 1)), nn.Sequential(Stack(4, 8, 2)))
        class Decoder(nn.Module):
            def __init__(self, encoder):
                super().__init__()
                self.encoder, self.stages = encoder, nn.ModuleList([Stack(8, 4, 1)])
                self.transpconvs, self.seg_layers = nn.ModuleList([nn.ConvTranspose2d(8, 4, 2, 2)]), nn.ModuleList([nn.Conv2d(4, 2, 1)])
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.encoder = Encoder(); self.decoder = Decoder(self.encoder)
            def forward(self, x):
                d, fine = self.decoder, self.encoder.stages[0](x)
                return d.seg_layers[0](d.stages[0](torch.cat((d.transpconvs[0](self.encoder.stages[1](fine)), fine), 1)))
        net = Net().eval()
        x = torch.linspace(-1, 1, 16 * 12).reshape(1, 1, 16, 12)
        torch.save({'x': x, 'y': net(x).detach()}, 'x')
        state = net.state_dict()

        """;

    [TestMethod]
    public void LoadWeights_LayerOfTwoNames_TakesAndGivesBoth()
    {
        using var network = UNETRPlusPlus.Entry.Create(new UNETRPlusPlusOptions { Width = 4, Depth = 3, PatchSize = [8, 16, 16] });
        var tensors = network.ToWeights().ToList();

        Assert.AreEqual(
            tensors.Count(tensor => tensor.Name.Contains(".E.", StringComparison.Ordinal)),
            tensors.Count(tensor => tensor.Name.Contains(".F.", StringComparison.Ordinal))
        );
        Assert.IsTrue(network.LoadWeights(new WeightsFile("both", "", tensors)).IsComplete);
        Assert.IsTrue(
            network
                .LoadWeights(
                    new WeightsFile("second", "", [.. tensors.Where(tensor => !tensor.Name.Contains(".E.", StringComparison.Ordinal))])
                )
                .IsComplete
        );

        var at = tensors.FindIndex(tensor => tensor.Name.EndsWith(".F.weight", StringComparison.Ordinal));
        tensors[at] = WeightTensor.Create(tensors[at].Name, new float[tensors[at].Count], [.. tensors[at].Shape]);
        var error = Assert.ThrowsExactly<ArgumentException>(() => network.LoadWeights(new WeightsFile("differing", "", tensors)));
        StringAssert.Contains(error.Message, "shares it with");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("module.")]
    [DataRow("_orig_mod.")]
    [DataRow("module._orig_mod.")]
    public void LoadWeights_OfNnUNetsCheckpoint_LeavesSecondNamesOutAndReportsThem(string prefix)
    {
        using var folder = new TemporaryFolder();
        PythonTorch.Require(
            folder.Path,
            NnUNetLike
                + $$"""
                torch.save({'network_weights': {'{{prefix}}' + k: v for k, v in state.items()}, '_best_ema': np.float64(0.9), 'current_epoch': 3, 'grad_scaler_state': None,
                    'logging': {'train_losses': [np.float32(0.5)]}, 'init_args': {'configuration': '2d', 'device': torch.device('cuda')}, 'trainer_name': 'nnUNetTrainer'}, 'w')
                """
        );
        using var network = UNet.Entry.Create(
            new UNetOptions
            {
                SpatialDims = 2,
                Width = 4,
                Depth = 2,
            }
        );

        var report = network.LoadWeights(folder["w"]);

        Assert.IsTrue(report.IsComplete, report.ToString());
        Assert.AreEqual(prefix, report.Prefix);
        Assert.AreEqual(28, report.Loaded.Count);
        Assert.AreEqual(56, report.Duplicates.Count); // Six blocks of four tensors as all_modules, and the encoder's 32 once more.
        CollectionAssert.Contains(report.Duplicates.ToList(), $"{prefix}decoder.encoder.stages.0.0.convs.0.all_modules.1.bias");
        StringAssert.Contains(report.ToString(), "56 second names of loaded ones: ");
        Assert.IsTrue(PythonTorch.Difference(network, folder["x"]) < 1e-5);
    }

    [TestMethod]
    public void LoadWeights_UnknownNameWithNumbersOfItsOwn_IsNoDuplicate()
    {
        using var folder = new TemporaryFolder();
        PythonTorch.Require(
            folder.Path,
            NnUNetLike
                + "state['decoder.encoder.stages.0.0.convs.0.conv.weight'] = "
                + "state['encoder.stages.0.0.convs.0.conv.weight'].clone()\ntorch.save(state, 'w')"
        );
        using var network = UNet.Entry.Create(
            new UNetOptions
            {
                SpatialDims = 2,
                Width = 4,
                Depth = 2,
            }
        );

        var report = network.LoadWeights(folder["w"], new() { Strict = false });

        CollectionAssert.AreEqual(new[] { "decoder.encoder.stages.0.0.convs.0.conv.weight" }, report.Unexpected.ToArray());
    }
}
