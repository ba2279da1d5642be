using Microsoft.ML.MedicalSegmentation.Fixtures;
using Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;
using Microsoft.ML.MedicalSegmentation.Networks.UNets;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Networks;

[TestClass]
[DoNotParallelize]
public class UNetAttentionTests
{
    public static IEnumerable<object[]> Blocks =>
        from entry in AttentionBlockList.All
        from dims in new[] { 2, 3 }
        select new object[] { entry.Key, dims };

    [TestMethod]
    [DynamicData(nameof(Blocks))]
    public void WithEachBlock_TrainsEveryParameter_AndComputesAlikeInOnnxRuntime(string key, int dims)
    {
        torch.manual_seed(6);
        using var scope = torch.NewDisposeScope();
        using var network = UNet.Entry.Create(
            new UNetOptions
            {
                SpatialDims = dims,
                Width = 8,
                Depth = 3,
                Classes = 3,
                AttentionBlock = key,
            }
        );
        var image = torch.randn([2, 1, .. Enumerable.Repeat(8L, dims)], torch.ScalarType.Float32);

        var output = network.ForwardTraining(image);
        (output.Logits.square().mean() + output.SideLogits[0].square().mean()).backward();

        Assert.AreEqual(
            "",
            string.Join(", ", network.named_parameters().Where(entry => entry.parameter.grad is null).Select(entry => entry.name))
        );

        using var noGradients = torch.no_grad();
        FixtureFill.Apply(network);
        network.eval();
        var difference = OnnxRun.Difference(network.forward(image), OnnxRun.Logits(OnnxRun.Export(network, image.shape), image));
        Assert.IsTrue(difference <= 1e-4, $"{difference:g3}");
    }

    [TestMethod]
    [DataRow("non-local", "attention.encoder.2")]
    [DataRow("bottleneck-attention", "attention.encoder.0, attention.encoder.1")]
    [DataRow("attention-gate", "attention.gates.0, attention.gates.1")]
    [DataRow(
        "squeeze-excitation",
        "attention.encoder.0, attention.encoder.1, attention.encoder.2, attention.decoder.0, attention.decoder.1"
    )]
    public void Block_StandsAtItsOwnPlaces(string key, string expected) =>
        Assert.AreEqual(expected, Places(new UNetOptions { Width = 4, Depth = 3, AttentionBlock = key }));

    [TestMethod]
    [DataRow(AttentionPlaces.Skips, "attention.skips.0, attention.skips.1")]
    [DataRow(AttentionPlaces.Bottleneck | AttentionPlaces.DecoderStages, "attention.encoder.2, attention.decoder.0, attention.decoder.1")]
    [DataRow(AttentionPlaces.None, "")]
    public void Block_StandsWhereTheOptionsSay(AttentionPlaces places, string expected) =>
        Assert.AreEqual(
            expected,
            Places(
                new UNetOptions
                {
                    Width = 4,
                    Depth = 3,
                    AttentionBlock = "squeeze-excitation",
                    AttentionPlaces = places,
                }
            )
        );

    [TestMethod]
    public void BlocksThatStartAsTheIdentity_ChangeNothingAtFirst()
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        var image = torch.randn([1, 1, 16, 16], torch.ScalarType.Float32);
        torch.Tensor Logits(string? key)
        {
            var network = UNet.Entry.Create(
                new UNetOptions
                {
                    SpatialDims = 2,
                    Width = 4,
                    Depth = 3,
                    AttentionBlock = key,
                }
            );
            foreach (
                var (name, parameter) in network
                    .named_parameters()
                    .Where(entry => !entry.name.StartsWith("attention.", StringComparison.Ordinal))
            )
            {
                parameter.copy_(torch.full(parameter.shape, 0.01 * name.Length, torch.ScalarType.Float32) / parameter.numel());
            }

            network.eval();
            return network.forward(image);
        }

        Assert.IsTrue(OnnxRun.Difference(Logits(null), Logits("global-context")) < 1e-6);
        Assert.IsTrue(OnnxRun.Difference(Logits(null), Logits("non-local")) < 1e-6);
        Assert.IsFalse(OnnxRun.Difference(Logits(null), Logits("squeeze-excitation")) < 1e-6);
    }

    [TestMethod]
    public void ImpossibleAttention_IsNamed()
    {
        void AssertFault(string fact, UNetOptions options) =>
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => UNet.Entry.Create(options)).Message, fact);

        AssertFault("AttentionBlock is 'se'; blocks: squeeze-excitation", new() { AttentionBlock = "se" });
        AssertFault("no AttentionBlock is named", new() { AttentionPlaces = AttentionPlaces.Skips });
        AssertFault(
            "AttentionPlaces is 1024; it must be made of None, EncoderStages",
            new() { AttentionBlock = "squeeze-excitation", AttentionPlaces = (AttentionPlaces)1024 }
        );
        AssertFault("can stand on Skips only", new() { AttentionBlock = "attention-gate", AttentionPlaces = AttentionPlaces.Stages });
        AssertFault("AttentionOptions.Reduction is 0", new() { AttentionOptions = new() { Reduction = 0 } });
        AssertFault("AttentionOptions.Kernel is 4", new() { AttentionOptions = new() { Kernel = 4 } });
    }

    private static string Places(UNetOptions options)
    {
        using var network = UNet.Entry.Create(options);
        return string.Join(", ", network.named_parameters().Select(entry => entry.name)
            .Where(name => name.StartsWith("attention.", StringComparison.Ordinal))
            .Select(name => string.Join('.', name.Split('.')[..3])).Distinct());
    }
}
