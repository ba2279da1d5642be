using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using Microsoft.ML.MedicalSegmentation.Metrics;
using Microsoft.ML.MedicalSegmentation.Phantoms;
using Microsoft.ML.MedicalSegmentation.Training;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Training from rows of volumes to a model that scores.</summary>
[TestClass]
public class SegmentationTrainerTests
{
    [TestMethod]
    public void Fit_TwoBalls_ScoresNewOnesAbove95()
    {
        var context = new MLContext(seed: 1);
        var options = TwoBalls.TrainerOptions;
        options = options with { Validation = options.Validation with { ValidationSet = TwoBalls.Data(context, 4, firstSeed: 100) } };
        using var model = context
            .MedicalSegmentation()
            .Trainers.AttentionUNet(new() { Width = 8, Depth = 3 }, options)
            .Fit(TwoBalls.Data(context, 24));

        var dice = DiceOf(context, model, TwoBalls.Data(context, 8, firstSeed: 200));

        Assert.IsTrue(dice.All(d => d > 0.95), string.Join(", ", dice));
        var history = model.TrainingHistory!;
        Assert.AreEqual(options.Optimization.MaxEpoch, history.Epochs.Count);
        Assert.AreEqual(history.Epochs.Max(e => e.MeanValidationDice), history.Best?.MeanValidationDice);
        Assert.IsTrue(history.Epochs[^1].Loss < 0.3 * history.Epochs[0].Loss);
    }

    [TestMethod]
    public void Fit_ClassNames_TravelIntoTheModelAndItsPredictions()
    {
        var context = new MLContext(seed: 1);
        using var model = TwoBalls.BriefTrainer(context).Fit(TwoBalls.Data(context, 2));

        Assert.AreEqual("background, large, bright", string.Join(", ", model.Model.Info.Classes.Select(c => c.Name)));
        Assert.AreEqual("attention-unet", model.Model.Info.Network);
        Assert.AreEqual("RAS", model.Model.Info.Orientation);
        var predicted = context
            .Data.CreateEnumerable<Prediction>(model.Transform(TwoBalls.Data(context, 1)), reuseRowObject: false)
            .Single();
        Assert.AreEqual("bright", predicted.PredictedLabel.Classes[2].Name);
        Assert.AreEqual(TwoBalls.Options.Shape, predicted.PredictedLabel.Shape);
        var read = SegmentationModel.FromOnnx(model.Model.Onnx.ToArray());
        CollectionAssert.AreEqual(model.Model.Info.Classes.ToArray(), read.Info.Classes.ToArray(), "The ONNX file describes itself.");
    }

    [TestMethod]
    public void Fit_LabelsWithoutNames_TakesTheValuesThatOccur()
    {
        var context = new MLContext(seed: 1);
        var rows = TwoBalls.Rows(2).Select(row => new TwoBalls.Row { Image = row.Image, Label = row.Label.WithClasses([]) });

        using var model = TwoBalls.BriefTrainer(context).Fit(context.Data.LoadFromEnumerable(rows));

        Assert.AreEqual(
            "0 background, 1 class 1, 2 class 2",
            string.Join(", ", model.Model.Info.Classes.Select(c => $"{c.Value} {c.Name}"))
        );
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void Fit_SameSeed_GivesTheSameBytes(int threads)
    {
        byte[] Train(int seed)
        {
            var context = new MLContext(seed: 5);
            using var model = TwoBalls.BriefTrainer(context, options => options with
            {
                Seed = seed,
                Device = options.Device with { Threads = threads },
                Augmentation = AugmentationPresets.NnUNet(VolumeAxes.All),
            }).Fit(TwoBalls.Data(context, 5));
            return model.Model.Onnx.ToArray();
        }

        var first = Train(3);

        CollectionAssert.AreEqual(first, Train(3));
        CollectionAssert.AreNotEqual(first, Train(4));
    }

    [TestMethod]
    public void Fit_NoSeed_FollowsTheContext()
    {
        byte[] Train(int seed)
        {
            var context = new MLContext(seed);
            using var model = TwoBalls.BriefTrainer(context, options => options with { Seed = null }).Fit(TwoBalls.Data(context, 2));
            return model.Model.Onnx.ToArray();
        }

        CollectionAssert.AreEqual(Train(1), Train(1));
        CollectionAssert.AreNotEqual(Train(1), Train(2));
    }

    [TestMethod]
    public void Fit_CacheTooSmall_ReadsVolumesOnceAndGivesTheSameModel()
    {
        var context = new MLContext(seed: 1);
        var reads = 0;
        IEnumerable<TwoBalls.Row> Counted()
        {
            foreach (var row in TwoBalls.Rows(4))
            {
                reads++;
                yield return row;
            }
        }

        // One phantom takes 16^3 x (4 + 1) bytes: two fit.
        SegmentationTrainer Trainer(long maximumCacheBytes) => TwoBalls.BriefTrainer(context, options => options with
        {
            Sampling = options.Sampling with { MaximumCacheBytes = maximumCacheBytes },
            Optimization = options.Optimization with { MaxEpoch = 3 },
        });
        using var kept = Trainer(1 << 30).Fit(TwoBalls.Data(context, 4));
        using var model = Trainer(2 * 16 * 16 * 16 * 5).Fit(context.Data.LoadFromEnumerable(Counted()));

        CollectionAssert.AreEqual(kept.Model.Onnx.ToArray(), model.Model.Onnx.ToArray());

        // One pass looks for the names of classes in the first row.
        Assert.IsTrue(reads <= 4 + 1, $"{reads} reads.");
    }

    [TestMethod]
    public void Fit_WeightsWrittenAndRead_GoesOnFromThem()
    {
        var context = new MLContext(seed: 1);
        var folder = Directory.CreateTempSubdirectory();
        var (written, kept) = (Path.Combine(folder.FullName, "first.weights"), Path.Combine(folder.FullName, "second.weights"));
        try
        {
            TwoBalls
                .BriefTrainer(context, options => options with { Export = options.Export with { WeightsPath = written } })
                .Fit(TwoBalls.Data(context, 2))
                .Dispose();
            TwoBalls
                .BriefTrainer(
                    context,
                    options =>
                        options with
                        {
                            // So small a rate changes no weight, so that what was read must come out again.
                            Initialization = options.Initialization with
                            {
                                WeightsPath = written,
                            },
                            Export = options.Export with { WeightsPath = kept },
                            Optimization = options.Optimization with { LearningRate = 1e-300 },
                            Seed = 77,
                        }
                )
                .Fit(TwoBalls.Data(context, 2))
                .Dispose();

            CollectionAssert.AreEqual(Weights(written), Weights(kept));

            var wrong = TwoBalls.BriefTrainer(context, options => options with
            {
                Initialization = options.Initialization with { WeightsPath = written },
                Network = new AttentionUNetOptions { Width = 6, Depth = 2 },
            });
            var error = Assert.ThrowsExactly<ArgumentException>(() => wrong.Fit(TwoBalls.Data(context, 2)));
            StringAssert.Contains(error.Message, written);
            StringAssert.Contains(error.Message, "NetworkOptions");
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        static float[] Weights(string path)
        {
            using var network = new AttentionUNetOptions { Width = 4, Depth = 3, Classes = 3 }.CreateNetwork();
            network.load(path);
            return [.. network.parameters().SelectMany(parameter => parameter.detach().data<float>().ToArray())];
        }
    }

    [TestMethod]
    public void Fit_Images_TrainsANetworkOfTwoSpatialAxes()
    {
        var context = new MLContext(seed: 1);
        var options = new PhantomOptions { Shape = new(1, 1, 20, 27) };
        var rows = Enumerable
            .Range(0, 3)
            .Select(seed => Phantom.Create(seed, options))
            .Select(p => new TwoBalls.Row { Image = p.Image, Label = p.Labels });

        using var model = TwoBalls
            .BriefTrainer(
                context,
                o =>
                    o with
                    {
                        Network = new AttentionUNetOptions
                        {
                            SpatialDims = 2,
                            Width = 4,
                            Depth = 3,
                        },
                        Validation = o.Validation with { ValidationSet = context.Data.LoadFromEnumerable(rows.Take(1)) },
                    }
            )
            .Fit(context.Data.LoadFromEnumerable(rows));

        Assert.AreEqual(2, model.Model.Info.SpatialDimensions);
        Assert.AreEqual(new VolumeShape(1, 1, 20, 28), model.Model.Info.Patch, "The smallest multiple of 4 that holds 20 x 27.");
        Assert.AreEqual(
            3,
            context.Data.CreateEnumerable<Prediction>(model.Transform(context.Data.LoadFromEnumerable(rows)), false).Count()
        );
    }

    [TestMethod]
    public void Fit_ValidationDice_IsThatOfTheExportedModel()
    {
        var context = new MLContext(seed: 1);
        var validation = TwoBalls.Data(context, 1, firstSeed: 50);
        using var model = TwoBalls.BriefTrainer(context, options => options with
        {
            // Patches smaller than the volume: both sides blend overlapping tiles.
            Sampling = options.Sampling with { PatchSize = new PatchSize(8, 16, 8) },
            Optimization = options.Optimization with { MaxEpoch = 15 },
            Validation = options.Validation with { ValidationSet = validation },
        }).Fit(TwoBalls.Data(context, 8));

        var dice = DiceOf(context, model, validation);

        var best = model.TrainingHistory!.Best!;
        Assert.IsTrue(best.MeanValidationDice > 0.3, best.ToString());
        Assert.AreEqual(best.ValidationDice[0], dice[0], 2e-3);
        Assert.AreEqual(best.ValidationDice[1], dice[1], 2e-3);
    }

    [TestMethod]
    [DataRow(OptimizerKind.AdamW, 1e-2)]
    [DataRow(OptimizerKind.SgdNesterov, 1e-2)]
    [DataRow(OptimizerKind.Adam, 1e-2)]
    public void Fit_AnyOptimizer_LowersTheLoss(OptimizerKind optimizer, double rate)
    {
        var context = new MLContext(seed: 1);
        using var model = TwoBalls.BriefTrainer(context, options => options with
        {
            Optimization = options.Optimization with { Optimizer = optimizer, LearningRate = rate, Momentum = 0.9, MaxEpoch = 6 },
        }).Fit(TwoBalls.Data(context, 8));

        var losses = model.TrainingHistory!.Epochs.Select(e => e.Loss).ToArray();
        Assert.IsTrue(losses[^1] < 0.75 * losses[0], string.Join(", ", losses));
    }

    private static double[] DiceOf(MLContext context, SegmentationTransformer model, IDataView data)
    {
        var evaluator = new LabelConfusion([0, 1, 2]);
        foreach (var row in context.Data.CreateEnumerable<Prediction>(model.Transform(data), reuseRowObject: false))
        {
            evaluator.Add(row.Label, row.PredictedLabel);
        }

        return [evaluator.OverlapOf(1).Dice(), evaluator.OverlapOf(2).Dice()];
    }

    private sealed class Prediction
    {
        [LabelVolumeColumn]
        public LabelVolume Label { get; set; } = null!;

        [LabelVolumeColumn]
        public LabelVolume PredictedLabel { get; set; } = null!;
    }
}
