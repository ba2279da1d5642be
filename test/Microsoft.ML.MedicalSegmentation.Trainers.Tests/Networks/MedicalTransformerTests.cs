using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Networks.MedicalTransformers;
using Microsoft.ML.MedicalSegmentation.Training;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Networks;

[TestClass]
[DoNotParallelize]
public class MedicalTransformerTests
{
    [TestMethod]
    [DataRow("medt", 1_560_140)]
    [DataRow("logo", 1_529_532)]
    [DataRow("gated", 1_326_914)]
    [DataRow("axial", 1_326_850)]
    public void Preset_HasTheParametersOfThePublishedNetwork(string preset, long parameters)
    {
        using var network = MedicalTransformer.Entry.Create(MedicalTransformer.Entry.Presets[preset]);

        Assert.AreEqual(parameters, network.parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    public void UnusedParameters_OfMedT_AreAsManyAsTheAuthors()
    {
        using var network = MedicalTransformer.Entry.Create(MedicalTransformer.Entry.Presets["medt"]);

        var unused = network
            .named_parameters()
            .Where(entry => network.UnusedParameters.Any(name => entry.name.StartsWith(name, StringComparison.Ordinal)));

        Assert.AreEqual(35_570, unused.Sum(entry => entry.parameter.numel()));
    }

    [TestMethod]
    public void Gates_AreFrozenInTheFirstTenEpochs_WhereverTrainingResumes()
    {
        using var network = MedicalTransformer.Entry.Create(new MedicalTransformerOptions { PatchSize = [64, 64] });
        Dictionary<string, bool> Trainable() => network.named_parameters()
            .Where(entry => entry.name.Contains(".f_", StringComparison.Ordinal))
            .ToDictionary(entry => entry.name, entry => entry.parameter.requires_grad);

        Assert.AreEqual(24, Trainable().Count);
        foreach (var (epoch, expected) in new[] { (1, false), (10, false), (11, true), (3, false), (200, true) })
        {
            network.OnEpochStarting(epoch);
            Assert.IsTrue(Trainable().Values.All(trainable => trainable == expected), $"Epoch {epoch}");
        }

        using var scope = torch.NewDisposeScope();
        network.ForwardTraining(torch.randn([2, 1, 64, 64], torch.ScalarType.Float32)).Logits.square().mean().backward();
        Assert.IsTrue(
            network.named_parameters().Where(entry => Trainable().ContainsKey(entry.name)).All(entry => entry.parameter.grad is not null)
        );
    }

    [TestMethod]
    public void Fit_TellsTheNetworkItsEpochs()
    {
        double Gate(int frozenEpochs)
        {
            var context = new MLContext(seed: 1);
            var options = TwoBalls.TrainerOptions;
            options = options with
            {
                Network = new MedicalTransformerOptions { Form = MedicalTransformerForm.GatedAxial, FrozenGateEpochs = frozenEpochs },
                Sampling = options.Sampling with { PatchSize = new PatchSize(1, 32, 32) },
                Optimization = options.Optimization with { MaxEpoch = 2, WeightDecay = 0.5, WeightAverageDecay = 0 },
                Export = options.Export with { WeightsPath = Path.GetTempFileName() },
            };
            try
            {
                using var model = context.MedicalSegmentation().Trainers.Segmentation(options).Fit(TwoBalls.Data(context, 2));
                using var trained = (options.Network with { PatchSize = [32, 32], Classes = 3 }).CreateNetwork();
                trained.load(options.Export.WeightsPath);
                return trained.named_parameters().Single(entry => entry.name == "layer1.0.hight_block.f_sv").parameter.ToDouble();
            }
            finally
            {
                File.Delete(options.Export.WeightsPath);
            }
        }

        Assert.AreEqual(1, Gate(frozenEpochs: 2));
        Assert.AreNotEqual(1, Gate(frozenEpochs: 1));
    }

    [TestMethod]
    [DataRow(MedicalTransformerForm.MedT)]
    [DataRow(MedicalTransformerForm.LoGo)]
    public void Patches_TogetherOrOneByOne_GiveTheSamePrediction_OnAWideImage(MedicalTransformerForm form)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        var options = new MedicalTransformerOptions { Form = form, PatchSize = [64, 128] };
        using var together = MedicalTransformer.Entry.Create(options);
        using var separate = MedicalTransformer.Entry.Create(options with { SeparatePatches = true });
        using var file = new MemoryStream();
        together.save(file);
        separate.load(new MemoryStream(file.ToArray()));
        together.eval();
        separate.train();
        foreach (var norm in separate.modules().OfType<BatchNorm>())
        {
            norm.eval(); // By running statistics both ways compute the same.
        }

        var image = torch.randn([2, 1, 64, 128], torch.ScalarType.Float32);

        var difference = OnnxRun.Difference(together.forward(image), separate.forward(image));

        Assert.IsTrue(difference < 1e-5, $"{difference:g3}");
    }

    [TestMethod]
    public void SeparatePatches_InTraining_HaveTheirOwnStatistics()
    {
        using var scope = torch.NewDisposeScope();
        var options = new MedicalTransformerOptions { Form = MedicalTransformerForm.MedT, PatchSize = [64, 64] };
        using var together = MedicalTransformer.Entry.Create(options);
        using var separate = MedicalTransformer.Entry.Create(options with { SeparatePatches = true });
        var image = torch.randn([2, 1, 64, 64], torch.ScalarType.Float32);

        together.forward(image);
        separate.forward(image);

        long Batches(Network network) =>
            network.named_buffers().Single(entry => entry.name == "bn1_p.num_batches_tracked").buffer.ToInt64();
        Assert.AreEqual((1L, 16L), (Batches(together), Batches(separate)));
    }

    [TestMethod]
    public void ImpossibleOptions_AreNamedTogether_WithASizeThatFits()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => MedicalTransformer.Entry.Create(
            new MedicalTransformerOptions { Width = 12, Depth = 3, PatchSize = [100, 128], FrozenGateEpochs = -1 }));

        foreach (var fact in new[] { "4 faults", "Width is 12", "Depth is 3", "Use 128 x 128", "FrozenGateEpochs is -1" })
        {
            StringAssert.Contains(error.Message, fact);
        }
    }

    [TestMethod]
    public void Volumes_AreRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new MedicalTransformerOptions { SpatialDims = 3 }.CreateNetwork());

        StringAssert.Contains(error.Message, "Use 2");
    }
}
