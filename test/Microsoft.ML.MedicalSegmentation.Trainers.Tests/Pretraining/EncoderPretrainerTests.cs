using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Training;
using Microsoft.ML.MedicalSegmentation.Weights;

namespace Microsoft.ML.MedicalSegmentation.Pretraining;

[TestClass]
[DoNotParallelize]
public class EncoderPretrainerTests
{
    private static EncoderPretrainer.Options Brief { get; } = new()
    {
        Network = new UNetOptions { Width = 4, Depth = 3 },
        Sampling = new() { PatchSize = new PatchSize(12, 12, 12), BatchSize = 4 },
        Optimization = new() { MaxEpoch = 4, LearningRate = 3e-3, Schedule = LearningRateSchedule.Cosine, WeightAverageDecay = 0 },
        ProjectionOutputs = 16,
        Device = new() { Threads = 1 },
        Seed = 1,
    };

    [TestMethod]
    public void Fit_VolumesOfDifferentTexture_TellsThemApart()
    {
        var context = new MLContext(seed: 1);
        var rows = Enumerable.Range(0, 6).Select(row => new Row { Image = Stripes(3 + (2 * row)) });
        var encoder = context.MedicalSegmentation().Trainers.Pretraining(Brief with
        {
            Network = new UNetOptions { Width = 8, Depth = 3 },
            Sampling = Brief.Sampling with { BatchSize = 6 },
            Optimization = Brief.Optimization with { MaxEpoch = 60 },
            Augmentation = [new GaussianNoise { Probability = 1 }],
            Temperature = 0.2,
        }).Fit(context.Data.LoadFromEnumerable(rows));

        var losses = encoder.History.Epochs.Select(epoch => epoch.Loss).ToList();
        Assert.IsLessThan(
            0.8 * losses.Take(5).Average(),
            losses.TakeLast(5).Average(),
            string.Join(" ", losses.Select(loss => $"{loss:0.00}"))
        );
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Fit_StoppedAndGoneOn_GivesTheWeightsOfOneThatWasNotStopped(int stop)
    {
        using var folder = new TemporaryFolder();
        Fit(Brief).Save(folder["whole.safetensors"]);
        using var cancellation = new CancellationTokenSource();
        var state = Brief with { Checkpoint = new() { Path = folder["state"] } };
        Assert.ThrowsExactly<OperationCanceledException>(() => Fit(state with
        {
            CancellationToken = cancellation.Token,
            MetricsCallback = epoch =>
            {
                if (epoch.Epoch == stop)
                {
                    cancellation.Cancel();
                }
            },
        }));

        Fit(state with { Sampling = state.Sampling with { Workers = 3 } }).Save(folder["gone-on.safetensors"]);

        CollectionAssert.AreEqual(File.ReadAllBytes(folder["whole.safetensors"]), File.ReadAllBytes(folder["gone-on.safetensors"]));
        var error = Assert.ThrowsExactly<ArgumentException>(() => Fit(state with { Temperature = 0.5, GroupColumnName = "PatientId" }));
        foreach (
            var fact in new[]
            {
                "temperature is 0.5, was 0.1",
                "the patients of the images is 0 0 1 1 2 2, was 0 1 2 3 4 5",
                "another file to begin anew",
            }
        )
        {
            StringAssert.Contains(error.Message, fact);
        }
    }

    [TestMethod]
    public void Fit_StopAsked_GivesThePresentWeights()
    {
        using var stop = new CancellationTokenSource();

        var encoder = Fit(Brief with { StopToken = stop.Token, ProgressCallback = _ => stop.Cancel() });

        Assert.IsTrue(encoder.History.StoppedEarly && encoder.Weights.Tensors.Count > 0);
    }

    [TestMethod]
    public void Fit_Patients_PairTheirImages()
    {
        var (alone, together) = (Fit(Brief), Fit(Brief with { GroupColumnName = "PatientId" }));

        Assert.AreNotEqual(alone.History.Epochs[^1].Loss, together.History.Epochs[^1].Loss);
        Assert.AreEqual("unet", together.Weights.Metadata["medseg.encoder"]);
        StringAssert.Contains(together.Weights.Metadata["medseg.pretraining"], "\"patients\":3");
    }

    [TestMethod]
    public void Fit_OnePatientOrNone_IsRefused()
    {
        var one = Assert.ThrowsExactly<ArgumentException>(() => Fit(Brief with { GroupColumnName = "One" }));
        var missing = Assert.ThrowsExactly<ArgumentException>(() => Fit(Brief with { GroupColumnName = "Missing" }));
        var image = Assert.ThrowsExactly<ArgumentException>(() => Fit(Brief with { ImageColumnName = "PatientId" }));

        StringAssert.Contains(one.Message, "6 images of 1 patients");
        StringAssert.Contains(missing.Message, "Row 2 of the images has no value in column 'Missing'");
        StringAssert.Contains(image.Message, "Put LoadVolumes before it");
    }

    [TestMethod]
    public void Fit_NetworkWithoutEncoderOrOtherPatch_IsRefusedBeforeDataIsRead()
    {
        var context = new MLContext(seed: 1);
        var unread = context.Data.LoadFromEnumerable(
            Enumerable.Range(0, 1).Select<int, Row>(_ => throw new InvalidOperationException("Data was read."))
        );
        string Fault(EncoderPretrainer.Options options) =>
            Assert.ThrowsExactly<ArgumentException>(() => context.MedicalSegmentation().Trainers.Pretraining(options).Fit(unread)).Message;

        StringAssert.Contains(Fault(Brief with { Network = new NoEncoderOptions() }), "does not override Network.Encode");
        StringAssert.Contains(
            Fault(Brief with { Sampling = Brief.Sampling with { PatchSize = new PatchSize(9, 8, 8) } }),
            "Use 12 x 8 x 8"
        );
        StringAssert.Contains(Fault(Brief with { Initialization = new() { FreezePatterns = ["encoder.*"] } }), "none is left to train");
    }

    [TestMethod]
    public void Validate_ImpossibleOptions_TellsAllAtOnce()
    {
        var options = new EncoderPretrainer.Options
        {
            ImageColumnName = " ",
            GroupColumnName = "",
            EmbeddingColumnName = "",
            Network = new UNetOptions { Width = 0 },
            Sampling = new() { BatchSize = 1 },
            Optimization = new() { LearningRate = 0 },
            Augmentation = [new Rotation { Probability = 2 }],
            Temperature = 0,
            ProjectionLayers = 4,
            ProjectionOutputs = 1,
            Initialization = new() { WeightsPath = "nowhere.safetensors" },
            Checkpoint = new() { Interval = 0 },
            Device = new() { Threads = -1 },
        };

        var error = Assert.ThrowsExactly<ArgumentException>(() => new MLContext().MedicalSegmentation().Trainers.Pretraining(options));

        StringAssert.Contains(error.Message, "13 of the options of pre-training");
        foreach (
            var fact in new[]
            {
                "ImageColumnName is ' '",
                "GroupColumnName is ''",
                "EmbeddingColumnName is ''",
                "Width is 0",
                "Sampling.BatchSize is 1",
                "Optimization.LearningRate is 0",
                "Probability",
                "Temperature is 0",
                "ProjectionLayers is 4",
                "ProjectionOutputs is 1",
                "'nowhere.safetensors'",
                "Checkpoint.Interval is 0",
                "Device.Threads is -1",
            }
        )
        {
            StringAssert.Contains(error.Message, fact);
        }
    }

    [TestMethod]
    public void Segmentation_FromAnEncoder_StartsWithItsWeightsAndTellsOfTheOthers()
    {
        using var folder = new TemporaryFolder();
        var encoder = Fit(Brief);
        encoder.Save(folder["encoder.zip"]);
        var lines = new List<string>();
        var context = new MLContext(seed: 1);
        context.Log += (_, line) => lines.Add(line.RawMessage);

        // What is frozen stays as it began.
        string[] names = [.. encoder.Weights.Tensors.Select(tensor => tensor.Name)];
        var options = TwoBalls.TrainerOptions with
        {
            Network = Brief.Network,
            Optimization = TwoBalls.TrainerOptions.Optimization with { MaxEpoch = 1 },
            Initialization = new() { WeightsPath = folder["encoder.zip"], FreezePatterns = names },
            Export = new() { WeightsPath = folder["trained.safetensors"] },
        };
        context.MedicalSegmentation().Trainers.Segmentation(options).Fit(TwoBalls.Data(context, 4)).Dispose();

        var trained = WeightsFile.Read(folder["trained.safetensors"]).Tensors.ToDictionary(tensor => tensor.Name);
        foreach (var tensor in encoder.Weights.Tensors)
        {
            CollectionAssert.AreEqual(tensor.ToBytes().ToArray(), trained[tensor.Name].ToBytes().ToArray(), tensor.Name);
        }

        Assert.IsTrue(lines.Exists(line => line.Contains($"Pre-trained encoder: {names.Length} weights loaded", StringComparison.Ordinal)
            && line.Contains("missing in the file: decoder.", StringComparison.Ordinal)), string.Join('\n', lines));
    }

    [TestMethod]
    public void LoadWeights_EncoderOfOtherSizes_LoadsWhatFitsOrIsRefused()
    {
        using var folder = new TemporaryFolder();
        Fit(Brief).Save(folder["encoder.safetensors"]);
        using var deeper = new UNetOptions { Width = 4, Depth = 4, Classes = 5 }.CreateNetwork();
        using var wider = new UNetOptions { Width = 6, Depth = 3 }.CreateNetwork();
        using var color = new UNetOptions { Width = 4, Depth = 3, InputChannels = 3 }.CreateNetwork();

        Assert.AreEqual(0, deeper.LoadWeights(folder["encoder.safetensors"]).Mismatched.Count);
        var report = color.LoadWeights(folder["encoder.safetensors"]);
        Assert.AreEqual("encoder.stages.0.0.convs.0.conv.weight", report.Mismatched.Single().Name);
        var error = Assert.ThrowsExactly<ArgumentException>(() => wider.LoadWeights(folder["encoder.safetensors"]));
        StringAssert.Contains(error.Message, "0 weights loaded");
        StringAssert.Contains(error.Message, "Take a file of this network");
    }

    [TestMethod]
    public void Initialization_AnEarlierEncoder_IsGoneOnFrom()
    {
        using var folder = new TemporaryFolder();
        var first = Fit(Brief);
        first.Save(folder["first.safetensors"]);

        var second = Fit(Brief with
        {
            Initialization = new() { WeightsPath = folder["first.safetensors"] },
            Optimization = Brief.Optimization with { LearningRate = 1e-9, WeightDecay = 0, MaxEpoch = 1 },
        });

        foreach (var (before, after) in first.Weights.Tensors.Zip(second.Weights.Tensors))
        {
            Assert.AreEqual(before.Name, after.Name);
            Assert.IsTrue(before.ToSingle().Zip(after.ToSingle()).All(pair => Math.Abs(pair.First - pair.Second) < 1e-6), before.Name);
        }
    }

    [TestMethod]
    public void Read_DamagedZip_IsRefused()
    {
        using var folder = new TemporaryFolder();
        Fit(Brief with { Optimization = Brief.Optimization with { MaxEpoch = 1 } }).Save(folder["encoder.zip"]);
        var whole = File.ReadAllBytes(folder["encoder.zip"]);
        var changed = whole.ToArray();
        changed[whole.Length / 2] ^= 1;

        foreach (var bytes in new[] { whole[..(whole.Length / 2)], changed })
        {
            File.WriteAllBytes(folder["damaged.zip"], bytes);
            StringAssert.Contains(
                Assert.ThrowsExactly<InputDataException>(() => WeightsFile.Read(folder["damaged.zip"])).Message,
                "damaged.zip"
            );
        }
    }

    // A wave along x; what tells two volumes apart is its length alone.
    private static Volume<float> Stripes(double length)
    {
        var voxels = Enumerable.Range(0, 16 * 16 * 16).Select(at => (float)Math.Sin(2 * Math.PI * (at % 16) / length)).ToArray();
        return Volume.Create(voxels, new VolumeShape(1, 16, 16, 16));
    }

    private static PretrainedEncoder Fit(EncoderPretrainer.Options options)
    {
        var context = new MLContext(seed: 1);
        var rows = TwoBalls.Rows(6).Index().Select(entry => new Row
        {
            Image = entry.Item.Image,
            PatientId = $"patient {entry.Index / 2}",
            Missing = entry.Index == 2 ? "" : "known",
        });
        return context.MedicalSegmentation().Trainers.Pretraining(options).Fit(context.Data.LoadFromEnumerable(rows));
    }

    private sealed class Row
    {
        [VolumeColumn, ColumnName("Image")]
        public Volume Image { get; set; } = null!;

        public string PatientId { get; set; } = "";

        public string One { get; set; } = "one";

        public string Missing { get; set; } = "";
    }

    private sealed record NoEncoderOptions : NetworkOptions
    {
        public override NetworkEntry Entry { get; } =
            new NetworkEntry<NoEncoderOptions>(options => new NoEncoder(options))
            {
                Key = "none",
                Name = "None",
                Paper = "",
                Summary = "",
                Sizes = "any",
            };
    }

    private sealed class NoEncoder(NetworkOptions options) : Network(options)
    {
        private readonly Layers.Convolution head = new(3, 1, 2, kernel: 1);

        public override string Description => "none";

        public override SpatialSizeRule SizeRule => SpatialSizeRule.MultipleOf([1, 1, 1]);

        public override Expressions.TensorExpression Forward(Expressions.TensorExpression image) => head.Forward(image);
    }
}
