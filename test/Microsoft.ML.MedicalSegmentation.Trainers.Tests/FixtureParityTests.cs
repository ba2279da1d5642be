using Microsoft.ML.MedicalSegmentation.Fixtures;
using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Every network and layer has the parameters of the original research code and computes what it computed.</summary>
[TestClass]
[DoNotParallelize]
public class FixtureParityTests
{
    private const double TorchAgainstOnnx = 1e-4;

    /// <summary>Every fixture of the folder; none where the folder is missing, which <see cref="Folder_HoldsFixtures"/> reports.</summary>
    public static IEnumerable<object[]> Names =>
        Directory.Exists(TestData.FixturesFolder)
            ? Directory
                .GetFiles(TestData.FixturesFolder, "*.json")
                .Order(StringComparer.Ordinal)
                .Select(path => new object[] { Path.GetFileNameWithoutExtension(path) })
            :
            [
                ["none"],
            ];

    [TestMethod]
    public void Folder_HoldsFixtures()
    {
        var folder = TestData.RequireFixture(".");
        Assert.AreNotEqual(0, Directory.GetFiles(folder, "*.json").Length, $"{folder} holds no fixtures.");
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ParametersAndOutputs_EqualTheOriginals_InTorchAndInOnnxRuntime(string name)
    {
        using var scope = torch.NewDisposeScope();
        var (fixture, model) = Require(name);
        using var network = model.Network;
        AssertParameters(fixture, model);

        using var noGradients = torch.no_grad();
        FixtureFill.Apply(network, fixture);
        var image = FixtureFill.Input(fixture.InputShape);

        SetMode(network, fixture.IsOfTraining);
        var output = network.ForwardTraining(image);
        foreach (var (key, expected) in fixture.Outputs ?? new Dictionary<string, FixtureOutput>())
        {
            expected.AssertClose(key, model.Output(output, key, isOnly: fixture.Outputs!.Count == 1), fixture.Tolerance);
        }

        model.Check?.Invoke(fixture, output);
        network.eval();
        var logits = fixture.IsOfTraining ? network.forward(image) : output.Logits;
        var difference = OnnxRun.Difference(logits, OnnxRun.Logits(OnnxRun.Export(network, fixture.InputShape), image));
        Assert.IsTrue(difference <= TorchAgainstOnnx, $"{name}: torch and ONNX Runtime differ by {difference:g3} of the largest logit.");
    }

    [TestMethod]
    public void FillRule_ReproducesTheReadmesNumbers()
    {
        double[] expected = [0.598066272, -0.776759387, -0.874963781, -0.232357035];
        for (var at = 0; at < expected.Length; at++)
        {
            Assert.AreEqual(expected[at], FixtureFill.Unit("input", at), 1e-9);
        }
    }

    private static void AssertParameters(Fixture fixture, FixtureModel model)
    {
        var network = model.Network;
        string Describe(long[] shape) => $"[{string.Join(", ", model.IgnoresUnitAxes ? shape.Where(side => side != 1) : shape)}]";
        AssertSame(
            fixture.Parameters.ToDictionary(entry => entry.Name, entry => Describe(entry.Shape)),
            network.named_parameters().ToDictionary(entry => entry.name, entry => Describe(entry.parameter.shape)),
            "parameter");
        var trainable = fixture.Parameters.ToDictionary(entry => entry.Name, entry => entry.Trainable);
        foreach (var (parameterName, parameter) in network.named_parameters())
        {
            Assert.AreEqual(trainable[parameterName] ?? parameter.requires_grad, parameter.requires_grad, $"{parameterName} is trainable");
        }

        if (fixture.Buffers is { } buffers)
        {
            AssertSame(
                buffers.ToDictionary(entry => entry.Name, entry => Describe(entry.Shape)),
                network.named_buffers().ToDictionary(entry => entry.name, entry => Describe(entry.buffer.shape)),
                "buffer");
        }

        var count = network.parameters().Sum(parameter => parameter.numel());
        Assert.AreEqual(fixture.ParameterCount ?? count, count, "parameters");
    }

    private static (Fixture Fixture, FixtureModel Model) Require(string name)
    {
        var fixture = Fixture.Read(TestData.RequireFixture($"{name}.json"));
        var model = FixtureModels.Find(fixture);
        if (model is null)
        {
            Assert.Inconclusive($"The fixture '{name}' describes a network or variant that is not built yet.");
        }

        return (fixture, model!);
    }

    // Dropout is left out of what is compared in training mode, too.
    private static void SetMode(Network network, bool training)
    {
        network.train(training);
        foreach (var dropout in network.modules().OfType<Dropout>())
        {
            dropout.eval();
        }
    }

    private static void AssertSame(Dictionary<string, string> expected, Dictionary<string, string> actual, string kind)
    {
        var missing = expected.Keys.Except(actual.Keys).ToList();
        var unexpected = actual.Keys.Except(expected.Keys).ToList();
        Assert.IsTrue(
            missing.Count == 0 && unexpected.Count == 0,
            $"{missing.Count} {kind} names are missing ({string.Join(", ", missing.Take(5))}), {unexpected.Count} are ours only "
                + $"({string.Join(", ", unexpected.Take(5))})."
        );
        foreach (var (name, description) in expected)
        {
            Assert.AreEqual(description, actual[name], name);
        }
    }
}
