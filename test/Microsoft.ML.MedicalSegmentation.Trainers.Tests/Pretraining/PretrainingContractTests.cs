using Microsoft.ML.MedicalSegmentation.Contracts;
using Microsoft.ML.MedicalSegmentation.Embedding;
using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using Microsoft.ML.MedicalSegmentation.Networks;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Training;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Pretraining;

/// <summary>What pre-training keeps for every network of the list, in each number of axes.</summary>
[TestClass]
[DoNotParallelize]
public class PretrainingContractTests
{
    public static IEnumerable<object[]> Cases =>
        from entry in NetworkList.All
        from dims in entry.SpatialDims
        select new object[] { $"{entry.Key} {dims}D" };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void EncoderPart_IsWhatTheGradientOfTheFeaturesReaches(string name)
    {
        torch.manual_seed(3);
        using var scope = torch.NewDisposeScope();
        var contract = ContractCases.Find(name);
        var inner = contract.Create(channels: 2, classes: 3);
        foreach (var parameter in inner.parameters())
        {
            parameter.requires_grad = true; // Gates that start frozen are part of the encoder, too.
        }

        var size = contract.Sizes(inner)[0];
        var part = EncoderPart.Of(inner, size);
        using var network = new ContrastiveNetwork(inner, new ProjectionHead(part.Features, 3, 8));
        network.train();

        var embedding = network.forward(torch.randn([3, 2, .. size]));
        embedding.square().mean().backward();

        CollectionAssert.AreEqual(new long[] { 3, 8 }, embedding.shape);
        foreach (var (key, parameter) in inner.named_parameters())
        {
            Assert.AreEqual(part.Names.Contains(key), parameter.grad is not null, key);
        }

        var mapped = inner
            .named_buffers()
            .Where(entry => entry.name.EndsWith("num_batches_tracked", StringComparison.Ordinal) && entry.buffer.item<long>() > 0)
            .ToList();
        Assert.IsTrue(mapped.TrueForAll(entry => part.Names.Contains(entry.name)), "Counters of the norms that ran belong to it.");
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Fit_AnyNetwork_ChangesItsEncoderWhichTheNetworkThenLoads(string name)
    {
        var contract = ContractCases.Find(name);
        long[] sides;
        using (var shape = contract.Create(1, 2))
        {
            sides = contract.Sizes(shape)[0];
        }

        using var folder = new TemporaryFolder();
        var encoder = Pretrain(contract.Options, new((int)(sides.Length == 2 ? 1 : sides[0]), (int)sides[^2], (int)sides[^1]));
        encoder.Save(folder["encoder.safetensors"]);
        encoder.Save(folder["encoder.zip"]);

        torch.manual_seed(11);
        using var network = encoder.Network.CreateNetwork();
        var before = network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());
        var report = network.LoadWeights(folder["encoder.zip"]);

        Assert.IsTrue(report.Unexpected.Count + report.Mismatched.Count == 0 && report.Loaded.Count > 0, report.ToString());
        Assert.AreEqual(
            network.LoadWeights(folder["encoder.safetensors"]).ToString().Replace(".safetensors", ".zip", StringComparison.Ordinal),
            report.ToString()
        );
        var trained = encoder.Weights.Tensors.ToDictionary(tensor => tensor.Name);
        foreach (var (key, now) in network.state_dict())
        {
            var isLoaded = report.Loaded.Contains(key);
            Assert.AreEqual(isLoaded, trained.ContainsKey(key), key);
            if (isLoaded && now.dtype == torch.ScalarType.Float32)
            {
                CollectionAssert.AreEqual(trained[key].ToSingle(), now.data<float>().ToArray(), key);
            }
            else if (!isLoaded)
            {
                Assert.IsTrue(now.eq(before[key]).all().item<bool>(), key);
            }
        }

        AssertEmbedsAsTorchDoes(encoder.Model, network);
        foreach (var tensor in before.Values)
        {
            tensor.Dispose();
        }
    }

    [TestMethod]
    public void Fit_NetworkThatClassifies_GivesAllButItsLastLayer()
    {
        using var folder = new TemporaryFolder();
        var encoder = Pretrain(new ResNetOptions { SpatialDims = 2, Width = 4 }, new(1, 16, 16));
        encoder.Save(folder["encoder.safetensors"]);
        using var network = (encoder.Network with { Classes = 3 }).CreateNetwork();

        var report = network.LoadWeights(folder["encoder.safetensors"]);

        CollectionAssert.AreEquivalent(new[] { "fc.weight", "fc.bias" }, report.Missing.ToArray());
        Assert.AreEqual(0, report.Unexpected.Count + report.Mismatched.Count, report.ToString());
    }

    // The volume is one patch, so that the embedding is the features of one pass.
    private static void AssertEmbedsAsTorchDoes(EncoderModel model, Network network)
    {
        var patch = model.Info.Patch;
        float[] values = [.. Enumerable.Range(0, (int)patch.Count).Select(i => (float)Math.Sin(0.37 * i) + (0.01f * (i % 11)))];
        using var onnx = new OnnxEncoder(model, 1, () => new ScoringDevice(), warn: null);
        var embedding = onnx.Embed(Volume.Create(values, patch));

        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        network.eval();
        long[] sides = model.Info.SpatialDimensions == 3 ? [patch.Depth, patch.Height, patch.Width] : [patch.Height, patch.Width];
        var features = (TorchExpression)
            ContrastiveNetwork.Pooled(network, new TorchExpression(torch.tensor(values).reshape([1, patch.Channels, .. sides])))!;
        // Norms with the statistics of two images let products of channels grow, and a softmax of them enlarges rounding.
        var difference = OnnxRun.Difference(features.Tensor, torch.tensor(embedding).reshape(1, -1));
        Assert.IsTrue(difference < 1e-3, $"{network.Description}: {difference}");
    }

    private static PretrainedEncoder Pretrain(NetworkOptions network, PatchSize patch)
    {
        var context = new MLContext(seed: 1);
        var options = new EncoderPretrainer.Options();
        var encoder = context.MedicalSegmentation().Trainers.Pretraining(options with
        {
            Network = network,
            Sampling = options.Sampling with { PatchSize = patch, BatchSize = 2, StepsPerEpoch = 1 },
            Optimization = options.Optimization with { MaxEpoch = 1 },
            ProjectionOutputs = 8,
            Device = new() { Threads = 1 },
            Seed = 5,
        }).Fit(TwoBalls.Data(context, 2));
        Assert.IsTrue(double.IsFinite(encoder.History.Epochs[^1].Loss));
        return encoder;
    }
}
