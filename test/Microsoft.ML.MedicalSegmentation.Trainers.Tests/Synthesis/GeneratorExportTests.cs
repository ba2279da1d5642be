using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>The ONNX file of a generator computes what torch does.</summary>
[TestClass]
[DoNotParallelize]
public sealed class GeneratorExportTests
{
    [TestMethod]
    [DataRow(3, GeneratorOutput.Linear, false, 1)]
    [DataRow(3, GeneratorOutput.Tanh, true, 1)]
    [DataRow(2, GeneratorOutput.Linear, true, 2)]
    public void Write_GeneratorAndDifficulty_EqualTorch(int spatialDims, GeneratorOutput output, bool showsSource, int localStages)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        random.manual_seed(1);
        var options = PairedPhantoms.TrainerOptions with
        {
            Network = new AttentionUNetOptions { Width = 4, Depth = 3, SpatialDims = spatialDims, InputChannels = 2, Classes = 3 },
            Output = output,
            ShowsSource = showsSource,
            LocalDiscriminator = new() { Width = 4, Stages = localStages },
        };
        using var networks = new SynthesisNetworks(options.Network.CreateNetwork(), options, TrainingPrecision.Float32);
        networks.Generator.eval();
        long[] size = spatialDims == 2 ? [16, 24] : [16, 16, 24];
        var info = new SynthesisModelInfo
        {
            Targets = [new("a", 1, 2), new("b", -3, 1), new("c", 0, 1)],
            HasDifficulty = true,
            Patch = new(2, spatialDims == 2 ? 1 : 16, 16, 24),
            SpatialDimensions = spatialDims,
        };
        using var file = new MemoryStream();
        GeneratorExport.Write(networks, size, info, file);

        var source = randn([2, 2, .. size]);
        var generated = networks.Generate(source);
        var difficulty = 1 - SynthesisNetworks.Realness(networks.JudgePlaces(source, generated), size);
        var onnx = OnnxRun.Logits(file.ToArray(), source);

        Assert.IsLessThan(1e-4, OnnxRun.Difference(generated, onnx.narrow(1, 0, 3)));
        Assert.IsLessThan(1e-4, OnnxRun.Difference(difficulty, onnx.narrow(1, 3, 1)));
        Assert.IsTrue(output == GeneratorOutput.Linear || onnx.narrow(1, 0, 3).abs().max().item<float>() <= 1);
    }
}
