using Microsoft.ML.MedicalSegmentation.Fixtures;
using Microsoft.ML.MedicalSegmentation.Networks.AttentionUNets;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Weights.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Weights;

[TestClass]
[DoNotParallelize]
public class NetworkWeightsTests
{
    // The widely copied listing of the Attention U-Net in PyTorch, with three levels: names and forward as there.
    private const string PythonNetwork = """
        import json, struct, sys, torch
        from torch import nn
        torch.manual_seed(0); torch.set_num_threads(1)
        class conv_block(nn.Module):
            def __init__(self, i, o):
                super().__init__()
                self.conv = nn.Sequential(nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU(), nn.Conv2d(o, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU())
            def forward(self, x): return self.conv(x)
        class up_conv(nn.Module):
            def __init__(self, i, o):
                super().__init__()
                self.up = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU())
            def forward(self, x): return self.up(x)
        class Attention_block(nn.Module):
            def __init__(self, g, l, m):
                super().__init__()
                self.W_g = nn.Sequential(nn.Conv2d(g, m, 1), nn.BatchNorm2d(m))
                self.W_x = nn.Sequential(nn.Conv2d(l, m, 1), nn.BatchNorm2d(m))
                self.psi = nn.Sequential(nn.Conv2d(m, 1, 1), nn.BatchNorm2d(1), nn.Sigmoid())
            def forward(self, g, x): return x * self.psi(torch.relu(self.W_g(g) + self.W_x(x)))
        class AttU_Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.Conv1, self.Conv2, self.Conv3 = conv_block(3, 4), conv_block(4, 8), conv_block(8, 16)
                self.Up3, self.Att3, self.Up_conv3 = up_conv(16, 8), Attention_block(8, 8, 4), conv_block(16, 8)
                self.Up2, self.Att2, self.Up_conv2 = up_conv(8, 4), Attention_block(4, 4, 2), conv_block(8, 4)
                self.Conv_1x1 = nn.Conv2d(4, 2, 1)
            def forward(self, x):
                x1 = self.Conv1(x); x2 = self.Conv2(nn.functional.max_pool2d(x1, 2)); x3 = self.Conv3(nn.functional.max_pool2d(x2, 2))
                d3 = self.Up3(x3); d3 = self.Up_conv3(torch.cat((self.Att3(d3, x2), d3), 1))
                d2 = self.Up2(d3); d2 = self.Up_conv2(torch.cat((self.Att2(d2, x1), d2), 1))
                return self.Conv_1x1(d2)
        net = AttU_Net()
        for b in net.modules():
            if isinstance(b, nn.BatchNorm2d): b.running_mean.uniform_(-.2, .2); b.running_var.uniform_(.5, 1.5)
        net.eval()
        x = torch.linspace(-1, 1, 3 * 16 * 12).reshape(1, 3, 16, 12)
        def save(name, tensors):
            head, data = {}, b''
            for k, t in tensors.items():
                raw = t.contiguous().numpy().tobytes(); head[k] = dict(dtype={torch.float32: 'F32', torch.int64: 'I64'}[t.dtype], shape=list(t.shape), data_offsets=[len(data), len(data) + len(raw)]); data += raw
            head = json.dumps(head).encode(); open(name, 'wb').write(struct.pack('<Q', len(head)) + head + data)
        def load(name):
            raw = open(name, 'rb').read(); n = struct.unpack('<Q', raw[:8])[0]; head = json.loads(raw[8:8 + n]); head.pop('__metadata__', None)
            return {k: torch.frombuffer(bytearray(raw[8 + n + v['data_offsets'][0]:8 + n + v['data_offsets'][1]]), dtype={'F32': torch.float32, 'I64': torch.int64}[v['dtype']]).reshape(v['shape']) for k, v in head.items()}

        """;

    private static readonly AttentionUNetOptions Community = new()
    {
        Form = AttentionUNetForm.Community,
        SpatialDims = 2,
        Width = 4,
        Depth = 3,
        InputChannels = 3,
        Classes = 2,
    };

    [TestMethod]
    [DataRow("torch.save(net.state_dict(), 'w')")]
    [DataRow("torch.save({'state_dict': nn.DataParallel(net).state_dict(), 'epoch': 5}, 'w')")]
    [DataRow("torch.save({'state_dict': {'model.net.' + k: v for k, v in net.state_dict().items()}}, 'w')")]
    [DataRow("torch.save(net.double().state_dict(), 'w'); net.float()")]
    [DataRow("save('w', net.state_dict())")]
    public void LoadWeights_OfTheOriginalLayout_GivesPyTorchsLogits(string save)
    {
        using var folder = new TemporaryFolder();
        PythonTorch.Require(folder.Path, $"{PythonNetwork}{save}\nsave('x', dict(x=x, y=net(x).detach()))");
        using var network = AttentionUNet.Entry.Create(Community);

        var report = network.LoadWeights(folder["w"]);

        Assert.IsTrue(report.IsComplete, report.ToString());
        Assert.AreEqual(network.state_dict().Count, report.Loaded.Count);
        Assert.IsTrue(PythonTorch.Difference(network, folder["x"]) < 1e-5);
    }

    [TestMethod]
    public void SaveWeights_LoadedByPyTorch_GivesTheSameLogits()
    {
        using var folder = new TemporaryFolder();
        using var network = AttentionUNet.Entry.Create(Community);
        FixtureFill.Apply(network);

        network.SaveWeights(folder["w.safetensors"], new Dictionary<string, string> { ["made"] = "in a test" });
        PythonTorch.Require(
            folder.Path,
            $"{PythonNetwork}net.load_state_dict(load('w.safetensors'), strict=True)\nsave('x', dict(x=x, y=net(x).detach()))"
        );

        Assert.IsTrue(PythonTorch.Difference(network, folder["x"]) < 1e-5);
        Assert.AreEqual("in a test", WeightsFile.Read(folder["w.safetensors"]).Metadata["made"]);
    }

    [TestMethod]
    public void LoadWeights_Strict_NamesEveryFaultAndChangesNothing()
    {
        using var network = AttentionUNet.Entry.Create(Community);
        var tensors = network
            .ToWeights()
            .Where(tensor => tensor.Name != "Conv1.conv.0.weight" && !tensor.Name.StartsWith("Att2.psi", StringComparison.Ordinal))
            .Select(tensor =>
                tensor.Name == "Conv_1x1.weight" ? WeightTensor.Create(tensor.Name, new float[12], 3, 4, 1, 1)
                : tensor.Name == "Conv_1x1.bias" ? WeightTensor.Create(tensor.Name, [float.NaN, 0], 2)
                : tensor
            )
            .Append(WeightTensor.Create("extra.weight", [1f], 1))
            .ToList();
        var before = network.ToWeights().Select(tensor => tensor.ToBytes().ToArray()).ToList();

        var error = Assert.ThrowsExactly<ArgumentException>(() => network.LoadWeights(new WeightsFile("some.pth", "", tensors)));

        foreach (
            var word in new[]
            {
                "some.pth",
                "Conv1.conv.0.weight",
                "Att2.psi.0.bias",
                "extra.weight",
                "Conv_1x1.weight (the file has [3, 4, 1, 1], the network [2, 4, 1, 1])",
                "Conv_1x1.bias (the file has NaN",
                "Strict = false",
            }
        )
        {
            StringAssert.Contains(error.Message, word);
        }

        Assert.IsFalse(error.Message.Contains("num_batches_tracked", StringComparison.Ordinal));
        Assert.IsTrue(
            before.Zip(network.ToWeights(), (bytes, tensor) => bytes.AsSpan().SequenceEqual(tensor.ToBytes().Span)).All(same => same)
        );
    }

    [TestMethod]
    public void LoadWeights_Partial_LoadsWhatFitsAndReportsTheRest()
    {
        using var source = AttentionUNet.Entry.Create(Community with { Classes = 5 });
        using var target = AttentionUNet.Entry.Create(Community);
        FixtureFill.Apply(source);
        var file = new WeightsFile("five.pth", "", [.. source.ToWeights().Where(tensor => tensor.Name != "Conv2.conv.0.bias")]);

        var report = target.LoadWeights(file, new() { Strict = false });

        CollectionAssert.AreEquivalent(
            new[] { "Conv_1x1.weight", "Conv_1x1.bias" },
            report.Mismatched.Select(mismatch => mismatch.Name).ToArray()
        );
        CollectionAssert.AreEqual(new[] { "Conv2.conv.0.bias" }, report.Missing.ToArray());
        CollectionAssert.AreEqual(Bytes(source, "Conv1.conv.0.weight"), Bytes(target, "Conv1.conv.0.weight"));
    }

    [TestMethod]
    public void LoadWeights_HeadSkipped_KeepsTheFreshHead()
    {
        using var source = AttentionUNet.Entry.Create(Community with { Classes = 5 });
        using var target = AttentionUNet.Entry.Create(Community);
        FixtureFill.Apply(source);
        var (file, fresh) = (new WeightsFile("five.pth", "", [.. source.ToWeights()]), Bytes(target, "Conv_1x1.weight"));

        var report = target.LoadWeights(file, new() { Skip = ["Conv_1x1.*"] });

        Assert.IsTrue(report.IsComplete);
        CollectionAssert.AreEqual(new[] { "Conv_1x1.weight", "Conv_1x1.bias" }, report.Skipped.ToArray());
        CollectionAssert.AreEqual(fresh, Bytes(target, "Conv_1x1.weight"));
        var error = Assert.ThrowsExactly<ArgumentException>(() => target.LoadWeights(file, new() { Skip = ["head.*", " "] }));
        StringAssert.Contains(error.Message, "'head.*'");
        StringAssert.Contains(error.Message, "is empty");
    }

    [TestMethod]
    public void LoadWeights_OfAnotherNetwork_FailsEvenWhenNotStrict()
    {
        using var network = AttentionUNet.Entry.Create(Community);

        var error = Assert.ThrowsExactly<ArgumentException>(
            () => network.LoadWeights(new WeightsFile("x", "", [WeightTensor.Create("fc.weight", [1f], 1)]), new() { Strict = false }));

        StringAssert.Contains(error.Message, "a file of this network");
    }

    [TestMethod]
    public void SaveWeights_EveryNetwork_LoadsBack()
    {
        using var folder = new TemporaryFolder();
        foreach (var contract in Contracts.ContractCases.All)
        {
            using var network = contract.Create(1, 2);
            using var other = contract.Create(1, 2);
            FixtureFill.Apply(network);
            network.SaveWeights(folder["w.safetensors"]);

            Assert.IsTrue(other.LoadWeights(folder["w.safetensors"]).IsComplete, contract.Name);

            Assert.IsTrue(
                network.ToWeights().Zip(other.ToWeights()).All(pair => pair.First.ToBytes().Span.SequenceEqual(pair.Second.ToBytes().Span)),
                contract.Name
            );
        }
    }

    private static byte[] Bytes(Network network, string name) =>
        network.ToWeights().Single(tensor => tensor.Name == name).ToBytes().ToArray();
}
