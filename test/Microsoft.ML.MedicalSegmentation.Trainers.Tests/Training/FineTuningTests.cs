using Microsoft.ML.MedicalSegmentation.Networks.MedicalTransformers;
using Microsoft.ML.MedicalSegmentation.Weights;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>Training that starts from weights, freezes some, or replaces the head.</summary>
[TestClass]
[DoNotParallelize]
public class FineTuningTests
{
    private static readonly string[] Frozen = ["conv*", "center.*"];

    [TestMethod]
    [DataRow(OptimizerKind.AdamW)]
    [DataRow(OptimizerKind.SgdNesterov)]
    public void Fit_FrozenWeights_StayWithTheirStatistics(OptimizerKind optimizer)
    {
        using var folder = new TemporaryFolder();
        Train(folder["first.safetensors"], options => options);

        Train(folder["second.safetensors"], options => options with
        {
            Initialization = options.Initialization with { WeightsPath = folder["first.safetensors"], FreezePatterns = Frozen },
            Optimization = options.Optimization with { Optimizer = optimizer },
        });

        var (first, second) = (Read(folder["first.safetensors"]), Read(folder["second.safetensors"]));
        foreach (var (name, bytes) in first)
        {
            var isFrozen = name.StartsWith("conv", StringComparison.Ordinal) || name.StartsWith("center.", StringComparison.Ordinal);
            var isSame = bytes.AsSpan().SequenceEqual(second[name]);
            Assert.AreEqual(isFrozen, isSame, name);
        }

        Assert.IsTrue(
            first.Keys.Any(name =>
                name.StartsWith("conv", StringComparison.Ordinal) && name.EndsWith("running_mean", StringComparison.Ordinal)
            )
        );
    }

    [TestMethod]
    public void Fit_FrozenGates_StayFrozenWhenTheNetworkWouldFreeThem()
    {
        using var network = MedicalTransformer.Entry.Create(
            new MedicalTransformerOptions
            {
                PatchSize = [64, 64],
                Form = MedicalTransformerForm.GatedAxial,
                FrozenGateEpochs = 0,
            }
        );
        var frozen = new FrozenWeights(network, ["*.f_qr"]);

        network.train();
        network.OnEpochStarting(1);
        frozen.Apply();

        var gates = network.named_parameters().Where(entry => entry.name.Contains(".f_", StringComparison.Ordinal)).ToList();
        Assert.IsTrue(gates.TrueForAll(gate => gate.parameter.requires_grad == !gate.name.EndsWith("f_qr", StringComparison.Ordinal)));
        Assert.AreEqual(frozen.Names.Count + frozen.Trained.Count, network.parameters().Count());
    }

    [TestMethod]
    public void Fit_OtherClasses_StartsFromAllButTheHead()
    {
        using var folder = new TemporaryFolder();
        Train(folder["three.safetensors"], options => options);

        Train(folder["four.safetensors"], options => options with
        {
            // The head of the authors' form: predictions of all levels, and what joins them.
            Initialization = options.Initialization with
            {
                WeightsPath = folder["three.safetensors"],
                Loading = new() { Skip = ["dsv*", "final.*"] },
                FreezePatterns = ["conv1.*"],
            },
            Classes = [new(0, "background"), new(1, "large"), new(2, "bright"), new(3, "rare")],
        });

        var (three, four) = (WeightsFile.Read(folder["three.safetensors"]), WeightsFile.Read(folder["four.safetensors"]));
        Assert.AreEqual(3, three.Tensors.Single(tensor => tensor.Name == "final.bias").Count);
        Assert.AreEqual(4, four.Tensors.Single(tensor => tensor.Name == "final.bias").Count);
        CollectionAssert.AreEqual(
            Read(folder["three.safetensors"])["conv1.conv1.0.weight"],
            Read(folder["four.safetensors"])["conv1.conv1.0.weight"]
        );

        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            Train(
                folder["x"],
                options =>
                    options with
                    {
                        Initialization = options.Initialization with { WeightsPath = folder["three.safetensors"] },
                        Classes = [new(0, "background"), new(1, "large"), new(2, "bright"), new(3, "rare")],
                    }
            )
        );
        StringAssert.Contains(error.Message, "final.weight (the file has [3, 9, 1, 1, 1], the network [4, 12, 1, 1, 1])");
        StringAssert.Contains(error.Message, "Skip");
    }

    [TestMethod]
    public void Fit_PatternsThatFitNothingOrAll_FailBeforeDataIsRead()
    {
        var context = new MLContext(seed: 1);
        var unread = Enumerable.Range(0, 1).Select<int, TwoBalls.Row>(_ => throw new InvalidOperationException("Data was read."));
        string Fault(params string[] patterns)
        {
            var options = Brief();
            options = options with { Initialization = options.Initialization with { FreezePatterns = patterns } };
            return Assert.ThrowsExactly<ArgumentException>(
                () => context.MedicalSegmentation().Trainers.Segmentation(options).Fit(context.Data.LoadFromEnumerable(unread))).Message;
        }

        StringAssert.Contains(Fault("encoder*", "head?"), "'encoder*' of FreezePatterns fits no weight");
        StringAssert.Contains(Fault("encoder*", "head?"), "'head?'");
        StringAssert.Contains(Fault("encoder*"), "its weights are conv1.*, conv2.*, conv3.*, center.*, ");
        StringAssert.Contains(Fault("*"), "none is left to train");
    }

    [TestMethod]
    public void Validate_ImpossibleOptions_TellsAllAtOnce()
    {
        var options = new SegmentationTrainer.Options
        {
            Sampling = new() { BatchSize = 0 },
            Initialization = new() { FreezePatterns = [""], Loading = new() { Skip = ["final.*", " "] } },
        };

        var error = Assert.ThrowsExactly<ArgumentException>(options.Validate);

        foreach (
            var word in new[]
            {
                "BatchSize",
                "pattern of Initialization.FreezePatterns is empty",
                "Initialization.WeightsPath is missing",
                "pattern of Skip is empty",
            }
        )
        {
            StringAssert.Contains(error.Message, word);
        }
    }

    private static void Train(string weights, Func<SegmentationTrainer.Options, SegmentationTrainer.Options> change)
    {
        var context = new MLContext(seed: 1);
        var options = Brief();
        options = options with { Export = options.Export with { WeightsPath = weights } };
        context.MedicalSegmentation().Trainers.Segmentation(change(options)).Fit(TwoBalls.Data(context, 4)).Dispose();
    }

    private static SegmentationTrainer.Options Brief()
    {
        var options = TwoBalls.TrainerOptions;
        options = options with
        {
            Network = new AttentionUNetOptions { Width = 4, Depth = 4 },
            Optimization = options.Optimization with { MaxEpoch = 2 },
        };
        return options;
    }

    private static Dictionary<string, byte[]> Read(string path) =>
        WeightsFile.Read(path).Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.ToBytes().ToArray());
}
