using Microsoft.ML.MedicalSegmentation.Weights;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>From images and labels to a classifier, in the columns of ML.NET's own.</summary>
[TestClass]
[DoNotParallelize]
public class ClassificationTrainerTests
{
    [TestMethod]
    public void Fit_TextLabels_LearnsAndEvaluatesAsMlNetDoes()
    {
        var context = new MLContext(seed: 1);
        var medical = context.MedicalSegmentation();
        using var model = medical.Trainers.Classification(Squares.Options with { ValidationFraction = 0.2 }).Fit(Squares.Data(context, 60));
        var scored = model.Transform(Squares.Data(context, 40, firstSeed: 1000));

        var own = medical.EvaluateClassification(scored);
        Assert.IsGreaterThan(0.95, own.Auc);
        Assert.AreEqual("bright, plain", string.Join(", ", own.Classes));

        var keyed = context
            .Transforms.Conversion.MapValueToKey("Label", keyOrdinality: Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Fit(scored)
            .Transform(scored);
        var metrics = context.MulticlassClassification.Evaluate(keyed);
        Assert.AreEqual(own.Accuracy, metrics.MicroAccuracy, 1e-12);
        Assert.AreEqual(own.LogLoss, metrics.LogLoss, 1e-6);
        Assert.AreEqual(own.Confusion[0][1], (int)metrics.ConfusionMatrix.Counts[0][1]);

        var history = model.TrainingHistory!;
        Assert.AreEqual(12, history.Epochs.Count);
        Assert.AreEqual(history.Epochs.Max(epoch => epoch.ValidationAuc), history.Best?.ValidationAuc);
        Assert.IsLessThan(history.Epochs[0].Loss, history.Epochs[^1].Loss);
        Assert.AreEqual("resnet", model.Model.Info.Network);
        Assert.AreEqual(new VolumeShape(1, 1, 20, 20), model.Model.Info.Shape);
    }

    [TestMethod]
    public void Fit_KeysOfThreeClasses_ComposesWithStockTransforms()
    {
        var context = new MLContext(seed: 1);
        var medical = context.MedicalSegmentation();
        var pipeline = context.Transforms.Conversion.MapValueToKey("Label")
            .Append(medical.Trainers.Classification(Squares.Options with { BalancedClasses = true, LabelSmoothing = 0.1 }))
            .Append(context.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel"));
        var model = pipeline.Fit(Squares.Data(context, 60, classes: 3));
        var scored = model.Transform(Squares.Data(context, 30, firstSeed: 1000, classes: 3));

        var metrics = context.MulticlassClassification.Evaluate(scored);
        Assert.IsGreaterThan(0.8, metrics.MacroAccuracy);
        Assert.AreEqual(metrics.MicroAccuracy, medical.EvaluateClassification(scored).Accuracy, 1e-12);

        // Keys are in the order of the label's, by occurrence.
        CollectionAssert.AreEqual(
            new[] { Squares.Plain, Squares.Bright, Squares.Dark },
            ((ClassificationTransformer)model.ElementAt(1)).Model.Info.Classes.ToArray()
        );
        var row = context.Data.CreateEnumerable<Scored>(scored, reuseRowObject: false).First();
        Assert.AreEqual(1, row.Score.Sum(), 1e-5);
        Assert.AreEqual(row.Score.Max(), row.Probability);
        Assert.AreEqual(new[] { Squares.Plain, Squares.Bright, Squares.Dark }[Array.IndexOf(row.Score, row.Score.Max())], row.Name);
    }

    [TestMethod]
    public void Fit_BooleanLabels_GivesTheColumnsOfBinaryClassifiers()
    {
        var context = new MLContext(seed: 1);
        using var model = context
            .MedicalSegmentation()
            .Trainers.Classification(Squares.Options with { LabelColumnName = "IsBright" })
            .Fit(Squares.Data(context, 60));
        var scored = model.Transform(Squares.Data(context, 40, firstSeed: 1000));

        var metrics = context.BinaryClassification.Evaluate(scored, "IsBright");

        Assert.IsGreaterThan(0.95, metrics.AreaUnderRocCurve);
        var own = context.MedicalSegmentation().EvaluateClassification(scored, "IsBright");
        Assert.AreEqual(metrics.AreaUnderRocCurve, own.Auc, 1e-9);
        Assert.AreEqual(metrics.Accuracy, own.Accuracy, 1e-12);
        Assert.IsTrue(model.Model.Info.IsBinary);
    }

    [TestMethod]
    public void Fit_VolumesOfSeveralSizes_AreTurnedAndResizedWithinTheModel()
    {
        var context = new MLContext(seed: 1);
        var rows = Squares.Rows(16, side: 12, depth: 10).Concat(Squares.Rows(16, firstSeed: 50, side: 14, depth: 12));
        using var model = context
            .MedicalSegmentation()
            .Trainers.Classification(Squares.Brief with { Normalization = ClassificationNormalization.Dataset })
            .Fit(context.Data.LoadFromEnumerable(rows));

        Assert.AreEqual(3, model.Model.Info.SpatialDimensions);
        Assert.AreEqual(new VolumeShape(1, 12, 14, 14), model.Model.Info.Shape);
        Assert.AreEqual("RAS", model.Model.Info.Orientation);
        Assert.AreEqual(100, model.Model.Info.Means[0], 5);
        var volume = Squares.Rows(1, firstSeed: 99, side: 13, depth: 11).Single();
        var turned = new Squares.Row { Image = volume.Image.Reorient("PIL"), Label = volume.Label };
        var scores = context
            .Data.CreateEnumerable<Scored>(
                model.Transform(context.Data.LoadFromEnumerable(new[] { volume, turned })),
                reuseRowObject: false,
                ignoreMissingColumns: true
            )
            .ToList();
        Assert.AreEqual(scores[0].Probability, scores[1].Probability, 1e-6);
    }

    [TestMethod]
    public void Fit_SameSeed_GivesTheSameBytes_AndInATemporaryFileToo()
    {
        byte[] Train(int seed, long cache)
        {
            var context = new MLContext(seed: 3);
            using var model = context
                .MedicalSegmentation()
                .Trainers.Classification(
                    Squares.Brief with
                    {
                        Seed = seed,
                        MaximumCacheBytes = cache,
                        ValidationFraction = 0.25,
                        Workers = 2,
                    }
                )
                .Fit(Squares.Data(context, 12));
            return model.Model.Onnx.ToArray();
        }

        var first = Train(3, 1 << 30);

        CollectionAssert.AreEqual(first, Train(3, 1 << 30));
        CollectionAssert.AreEqual(first, Train(3, 2000));
        CollectionAssert.AreNotEqual(first, Train(4, 1 << 30));
    }

    [TestMethod]
    public void Fit_StoppedAndGoneOn_GivesTheModelOfOneThatWasNotStopped()
    {
        using var folder = new TemporaryFolder();
        var context = new MLContext(seed: 1);
        ClassificationTrainer.Options options = Squares.Brief with
        {
            Network = new ResNetOptions { Width = 4, Dropout = 0.3, AttentionBlock = "squeeze-excitation" },
            Optimization = Squares.Brief.Optimization with { MaxEpoch = 4, Schedule = LearningRateSchedule.Constant },
            ValidationFraction = 0.25,
        };
        var data = Squares.Data(context, 16);
        using var whole = context.MedicalSegmentation().Trainers.Classification(options).Fit(data);
        using var stop = new CancellationTokenSource();
        var kept = options with { Checkpoint = new() { Path = folder["state.zip"] } };
        Assert.ThrowsExactly<OperationCanceledException>(() => context.MedicalSegmentation().Trainers.Classification(kept with
        {
            MetricsCallback = epoch =>
            {
                if (epoch.Epoch == 2)
                {
                    stop.Cancel();
                }
            },
            CancellationToken = stop.Token,
        }).Fit(data));

        using var resumed = context.MedicalSegmentation().Trainers.Classification(kept).Fit(data);

        CollectionAssert.AreEqual(whole.Model.Onnx.ToArray(), resumed.Model.Onnx.ToArray());
        Assert.AreEqual(4, resumed.TrainingHistory?.Epochs.Count);
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            context.MedicalSegmentation().Trainers.Classification(kept with { LabelSmoothing = 0.2 }).Fit(data)
        );
        StringAssert.Contains(error.Message, "labelSmoothing is 0.2, was 0");
    }

    [TestMethod]
    public void Fit_StopToken_KeepsTheBestSoFar()
    {
        var context = new MLContext(seed: 1);
        using var stop = new CancellationTokenSource();
        using var model = context.MedicalSegmentation().Trainers.Classification(Squares.Brief with
        {
            Optimization = Squares.Brief.Optimization with { MaxEpoch = 50 },
            MetricsCallback = _ => stop.Cancel(),
            StopToken = stop.Token,
        }).Fit(Squares.Data(context, 8));

        Assert.AreEqual(1, model.TrainingHistory?.Epochs.Count);
        Assert.IsTrue(model.TrainingHistory?.StoppedEarly);
    }

    [TestMethod]
    public void Fit_WeightsOfAnotherClassifier_StartFromThemButForTheLastLayer()
    {
        using var folder = new TemporaryFolder();
        var context = new MLContext(seed: 1);
        var path = folder["weights.safetensors"];
        context
            .MedicalSegmentation()
            .Trainers.Classification(Squares.Brief with { WeightsPath = path })
            .Fit(Squares.Data(context, 8))
            .Dispose();
        var first = WeightsFile.Read(path).Tensors.Single(tensor => tensor.Name == "layer2.0.conv1.weight");
        var again = folder["again.safetensors"];

        context.MedicalSegmentation().Trainers.Classification(Squares.Brief with
        {
            WeightsPath = again,
            Initialization = new() { WeightsPath = path, Loading = new() { Skip = ["fc.*"] }, FreezePatterns = ["conv1.*", "layer*"] },
        }).Fit(Squares.Data(context, 9, classes: 3)).Dispose();

        var kept = WeightsFile.Read(again).Tensors;
        CollectionAssert.AreEqual(first.ToSingle(), kept.Single(tensor => tensor.Name == first.Name).ToSingle());
        Assert.AreEqual(3, kept.Single(tensor => tensor.Name == "fc.bias").Shape[0]);
    }

    [TestMethod]
    public void Classification_ImpossibleOptions_ListsAllFaults()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            new MLContext()
                .MedicalSegmentation()
                .Trainers.Classification(
                    new ClassificationTrainer.Options
                    {
                        LabelColumnName = " ",
                        Network = new ResNetOptions { AttentionBlock = "none" },
                        ImageSize = new(1, 0, 5000),
                        LabelSmoothing = 1,
                        BatchSize = 1,
                        ClassWeights = new Dictionary<string, double> { ["a"] = -1 },
                        BalancedClasses = true,
                        ValidationFraction = 1,
                        Optimization = new() { LearningRate = 0 },
                    }
                )
        );

        foreach (
            var fact in new[]
            {
                "10 of the trainer's options",
                "LabelColumnName is ' '",
                "AttentionBlock is 'none'",
                "ImageSize is 5000 x 0 x 1",
                "LabelSmoothing is 1",
                "BatchSize is 1",
                "ClassWeights are -1",
                "ClassWeights and BalancedClasses are both given",
                "ValidationFraction is 1",
                "Optimization.LearningRate is 0",
            }.Skip(1)
        )
        {
            StringAssert.Contains(error.Message, fact);
        }
    }

    [TestMethod]
    public void Fit_UnusableData_SaysWhatToDo()
    {
        var context = new MLContext(seed: 1);
        var trainers = context.MedicalSegmentation().Trainers;
        string Fault(IDataView data, ClassificationTrainer.Options? options = null)
            => Assert.ThrowsExactly<ArgumentException>(() => trainers.Classification(options ?? Squares.Brief).Fit(data)).Message;

        StringAssert.Contains(Fault(Squares.Data(context, 4, classes: 1)), "images of 1 class, 'plain'");
        StringAssert.Contains(Fault(Squares.Data(context, 4), Squares.Brief with { LabelColumnName = "Class" }), "no column 'Class'");
        StringAssert.Contains(
            Fault(Squares.Data(context, 4), Squares.Brief with { LabelColumnName = "Image" }),
            "one text, key or Boolean"
        );
        StringAssert.Contains(Fault(Squares.Data(context, 4), Squares.Brief with { ImageSize = new(2, 8, 8) }), "Use depth 1");
        StringAssert.Contains(
            Fault(
                Squares.Data(context, 4),
                Squares.Brief with
                {
                    Network = new UNetOptions { Width = 4, Depth = 2 },
                    ImageSize = new(1, 16, 16),
                }
            ),
            "a classification network gives [1, 2]"
        );
        var nan = Squares.Rows(4).ToList();
        nan[2].Image = Volume.Create([.. Enumerable.Repeat(float.NaN, 400)], new(1, 1, 20, 20));
        StringAssert.Contains(
            Assert
                .ThrowsExactly<InputDataException>(() => trainers.Classification(Squares.Brief).Fit(context.Data.LoadFromEnumerable(nan)))
                .Message,
            "Row 2 of the training data"
        );
    }

    private sealed class Scored
    {
        public float[] Score { get; set; } = [];

        public float Probability { get; set; }

        public string Name { get; set; } = "";
    }
}
