using System.IO.Compression;
using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using Microsoft.ML.MedicalSegmentation.Weights;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>Training that is stopped and goes on.</summary>
[TestClass]
[DoNotParallelize]
public class TrainingCheckpointTests
{
    private const int Epochs = 4;

    [TestMethod]
    [DataRow(OptimizerKind.AdamW, 1)]
    [DataRow(OptimizerKind.AdamW, 3)]
    [DataRow(OptimizerKind.Adam, 2)]
    [DataRow(OptimizerKind.SgdNesterov, 2)]
    public void Fit_StoppedAndGoneOn_GivesTheWeightsOfOneThatWasNotStopped(OptimizerKind optimizer, int stop)
    {
        using var folder = new TemporaryFolder();

        AssertGoesOn(folder, stop, options => options with
        {
            Optimization = options.Optimization with { Optimizer = optimizer },
            Augmentation = AugmentationPresets.Default,
            Initialization = options.Initialization with { FreezePatterns = ["conv1.*"] },
        });
    }

    [TestMethod]
    public void Fit_WithoutAverageAndWithCasesInAFile_GoesOnWithTheSameCases()
    {
        using var folder = new TemporaryFolder();

        AssertGoesOn(folder, stop: 3, options => options with
        {
            Optimization = options.Optimization with { WeightAverageDecay = 0 },
            Sampling = options.Sampling with
            {
                MaximumCacheBytes = 3 * 16 * 16 * 16 * (sizeof(float) + 2), // About two of five cases.
                StepsPerEpoch = 3,
                BatchSize = 1,
            },
        });
    }

    [TestMethod]
    public void Fit_WithDropout_GoesOnWithTheSameChances()
    {
        using var folder = new TemporaryFolder();

        AssertGoesOn(folder, stop: 2, options => options with
        {
            Network = new CANetOptions { Width = 4, Depth = 4 },
        });
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Fit_GatesFrozenForTwoEpochs_GoOnBeforeAndAfterTheyAreFreed(int stop)
    {
        using var folder = new TemporaryFolder();

        AssertGoesOn(folder, stop, options => options with
        {
            Network = new MedicalTransformerOptions { Form = MedicalTransformerForm.GatedAxial, FrozenGateEpochs = 2 },
            Sampling = options.Sampling with { PatchSize = new PatchSize(1, 32, 32) },
            Optimization = options.Optimization with { WeightAverageDecay = 0 },
        });

        var gates = WeightsFile
            .Read(folder["gone-on.safetensors"])
            .Tensors.Where(tensor => tensor.Name.EndsWith(".f_sv", StringComparison.Ordinal))
            .ToList();
        Assert.IsTrue(gates.Count > 0 && gates.TrueForAll(gate => gate.ToSingle()[0] != 1), "In the last epochs the gates learn.");
    }

    [TestMethod]
    public void Fit_TheBestEpochBeforeTheStop_IsKept()
    {
        using var folder = new TemporaryFolder();

        var history = AssertGoesOn(folder, stop: 3, options => options with
        {
            // So large a rate unlearns, so that the first epoch is the best.
            Optimization = options.Optimization with { LearningRate = 1, GradientClipNorm = 0, WeightAverageDecay = 0 },
            Validation = options.Validation with { ValidationSet = TwoBalls.Data(new MLContext(seed: 1), 1, firstSeed: 50) },
        });

        Assert.IsTrue(history.Best?.Epoch < 3, $"{history.Best}");
        Assert.IsTrue(history.Epochs.Zip(history.Epochs.Skip(1)).All(pair => pair.First.Seconds < pair.Second.Seconds));
    }

    [TestMethod]
    public void Fit_FinishedBefore_GivesTheSameModelWithoutAStep()
    {
        using var folder = new TemporaryFolder();
        Train(folder["first.safetensors"], folder["state"], options => options);
        var steps = 0;

        Train(folder["second.safetensors"], folder["state"], options => options with { ProgressCallback = _ => steps++ });

        Assert.AreEqual(0, steps);
        AssertSameFiles(folder["first.safetensors"], folder["second.safetensors"]);
    }

    [TestMethod]
    public void Fit_OtherOptions_ListsThemAndTrainsNothing()
    {
        using var folder = new TemporaryFolder();
        Stop(folder, 1, options => options);
        var state = File.ReadAllBytes(folder["state"]);

        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            Train(
                folder["x.safetensors"],
                folder["state"],
                options =>
                    options with
                    {
                        Optimization = options.Optimization with { LearningRate = 0.02, Schedule = LearningRateSchedule.PolynomialOf(0.8) },
                        Augmentation = [new Mirroring { Axes = VolumeAxes.Width }],
                        Loss = new DiceLoss { Smooth = 2 },
                        Device = options.Device with { Threads = 2 },
                    }
            )
        );

        foreach (
            var fact in new[]
            {
                "state",
                "optimization.learningRate is 0.02, was 0.01",
                "optimization.schedule is \"polynomial(0.8)\", was \"polynomial(0.9)\"",
                "augmentation is",
                "loss.smooth is 2",
                "another file to begin anew",
            }
        )
        {
            StringAssert.Contains(error.Message, fact);
        }

        Assert.IsFalse(
            error.Message.Contains("threads", StringComparison.Ordinal) || error.Message.Contains("batchSize", StringComparison.Ordinal),
            error.Message
        );
        CollectionAssert.AreEqual(state, File.ReadAllBytes(folder["state"]));
    }

    [TestMethod]
    public void Validate_FoldersAsFiles_AreRefusedBeforeTraining()
    {
        using var folder = new TemporaryFolder();
        var options = new SegmentationTrainer.Options
        {
            Checkpoint = new() { Path = folder.Path, Interval = 0 },
            Export = new() { WeightsPath = folder.Path },
        };

        var error = Assert.ThrowsExactly<ArgumentException>(options.Validate);

        foreach (
            var fact in new[]
            {
                $"Checkpoint.Path is '{folder.Path}', which is a folder",
                $"Export.WeightsPath is '{folder.Path}', which is a folder",
                "Checkpoint.Interval is 0",
            }
        )
        {
            StringAssert.Contains(error.Message, fact);
        }
    }

    [TestMethod]
    public void Fit_DamagedFiles_AreRefusedAndStayAsTheyAre()
    {
        using var folder = new TemporaryFolder();
        Stop(folder, 1, options => options);
        var whole = File.ReadAllBytes(folder["state"]);
        var random = new Random(3);
        List<byte[]> damaged =
        [
            [],
            [1, 2, 3],
            whole[..(whole.Length / 2)],
            whole[..^1],
            Without(whole, "optimizer.safetensors"),
            Without(whole, "average.safetensors"),
            With(whole, "training.json", "null"),
        ];
        for (var i = 0; i < 12; i++)
        {
            var flipped = whole.ToArray();
            flipped[random.Next(flipped.Length - 1200)] ^= (byte)(1 << random.Next(8));
            damaged.Add(flipped);
        }

        foreach (var bytes in damaged)
        {
            File.WriteAllBytes(folder["state"], bytes);
            try
            {
                Train(folder["x.safetensors"], folder["state"], options => options with
                {
                    MetricsCallback = _ => throw new InvalidOperationException("It trains."),
                });
                Assert.Fail("It was taken.");
            }
            catch (InputDataException error)
            {
                StringAssert.Contains(error.Message, "Delete it, or name another file");
            }
            catch (ArgumentException error)
            {
                StringAssert.Contains(error.Message, "began otherwise"); // A letter of an option's name has changed.
            }

            CollectionAssert.AreEqual(bytes, File.ReadAllBytes(folder["state"]));
        }
    }

    [TestMethod]
    public void Fit_Interval_WritesThenAndAtTheEnd()
    {
        using var folder = new TemporaryFolder();
        var written = new List<bool>();

        Train(folder["w.safetensors"], folder["state"], options => options with
        {
            Checkpoint = options.Checkpoint with { Interval = 3 },
            MetricsCallback = _ =>
            {
                written.Add(File.Exists(folder["state"]));
                File.Delete(folder["state"]);
            },
        });

        CollectionAssert.AreEqual(new[] { false, false, true, true }, written);
    }

    // Trains without a stop, and with one.
    private static SegmentationTrainingHistory AssertGoesOn(
        TemporaryFolder folder,
        int stop,
        Func<SegmentationTrainer.Options, SegmentationTrainer.Options> change
    )
    {
        var whole = Train(folder["whole.safetensors"], null, change);
        Stop(folder, stop, change);
        var history = Train(folder["gone-on.safetensors"], folder["state"], change);

        AssertSameFiles(folder["whole.safetensors"], folder["gone-on.safetensors"]);
        CollectionAssert.AreEqual(whole.Epochs.Select(epoch => epoch.Loss).ToArray(), history.Epochs.Select(epoch => epoch.Loss).ToArray());
        Assert.AreEqual((Epochs, whole.Best?.Epoch), (history.Epochs.Count, history.Best?.Epoch));
        return history;
    }

    private static void Stop(TemporaryFolder folder, int epoch, Func<SegmentationTrainer.Options, SegmentationTrainer.Options> change)
    {
        using var stop = new CancellationTokenSource();
        Assert.ThrowsExactly<OperationCanceledException>(() =>
            Train(
                folder["never.safetensors"],
                folder["state"],
                options =>
                    change(options) with
                    {
                        CancellationToken = stop.Token,
                        MetricsCallback = metrics =>
                        {
                            if (metrics.Epoch == epoch)
                            {
                                stop.Cancel();
                            }
                        },
                    }
            )
        );
        Assert.IsFalse(File.Exists(folder["never.safetensors"]));
    }

    private static SegmentationTrainingHistory Train(
        string weights,
        string? state,
        Func<SegmentationTrainer.Options, SegmentationTrainer.Options> change
    )
    {
        var context = new MLContext(seed: 1);
        var options = TwoBalls.TrainerOptions;
        options = options with
        {
            Network = new AttentionUNetOptions { Width = 4, Depth = 3 },
            Optimization = options.Optimization with { MaxEpoch = Epochs },
            Sampling = options.Sampling with { BatchSize = 2 },
            Export = options.Export with { WeightsPath = weights },
            Checkpoint = options.Checkpoint with { Path = state },
        };
        using var model = context.MedicalSegmentation().Trainers.Segmentation(change(options)).Fit(TwoBalls.Data(context, 5));
        return model.TrainingHistory!;
    }

    private static void AssertSameFiles(string expected, string actual) =>
        CollectionAssert.AreEqual(File.ReadAllBytes(expected), File.ReadAllBytes(actual), $"{Path.GetFileName(actual)} differs");

    private static byte[] Without(byte[] zip, string name) => Changed(zip, archive => archive.GetEntry(name)!.Delete());

    private static byte[] With(byte[] zip, string name, string text) => Changed(zip, archive =>
    {
        archive.GetEntry(name)!.Delete();
        using var writer = new StreamWriter(archive.CreateEntry(name, CompressionLevel.NoCompression).Open());
        writer.Write(text);
    });

    private static byte[] Changed(byte[] zip, Action<ZipArchive> change)
    {
        using var stream = new MemoryStream();
        stream.Write(zip);
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            change(archive);
        }

        return stream.ToArray();
    }
}
