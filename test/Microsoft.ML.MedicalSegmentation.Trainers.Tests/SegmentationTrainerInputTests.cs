using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using Microsoft.ML.MedicalSegmentation.Training;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What cannot be trained with is refused before any training, with the cause and the remedy.</summary>
[TestClass]
public class SegmentationTrainerInputTests
{
    private static readonly VolumeShape Shape = TwoBalls.Options.Shape;

    [TestMethod]
    public void Fit_LabelsOfAnotherShape_NamesRowAndBothShapes() =>
        Refused(
            row =>
                new()
                {
                    Image = row.Image,
                    Label = LabelVolume.Create(new byte[16 * 16 * 8], new(1, 8, 16, 16), classes: row.Label.Classes),
                },
            "Row 1 of the training data",
            "16 x 16 x 16",
            "16 x 16 x 8",
            "resample"
        );

    [TestMethod]
    public void Fit_LabelsElsewhere_NamesTheDistance()
        => Refused(
            row => new() { Image = row.Image, Label = row.Label.WithGeometry(row.Label.Geometry.Shifted(new(0, 3, 0))) },
            "Row 1", "3 mm apart", "header");

    [TestMethod]
    public void Fit_NotANumber_NamesTheVoxel()
        => Refused(
            row =>
            {
                var voxels = ((Volume<float>)row.Image).Voxels.ToArray();
                voxels[(5 * 256) + (4 * 16) + 3] = float.NaN;
                return new() { Image = Volume.Create(voxels, Shape), Label = row.Label };
            },
            "Row 1", "z 5, y 4, x 3", "NaN");

    [TestMethod]
    public void Fit_LabelOfNoClass_NamesValueAndClasses()
        => Refused(
            row =>
            {
                var labels = row.Label.Voxels.Bytes.ToArray();
                labels[7] = 9;
                return new() { Image = row.Image, Label = LabelVolume.Create(labels, Shape, classes: row.Label.Classes) };
            },
            "Row 1", "1 voxels have the label 9", "1 large, 2 bright");

    [TestMethod]
    public void Fit_AnotherNumberOfChannels_NamesBoth()
        => Refused(
            row => new() { Image = Volume.Create(new float[2 * Shape.Count], Shape.WithChannels(2)), Label = row.Label },
            "Row 1", "2 channels, the others have 1");

    [TestMethod]
    public void Fit_NoStructureAnywhere_SaysSo()
        => Refused(
            row => new() { Image = row.Image, Label = LabelVolume.Create(new byte[Shape.Count], Shape, classes: row.Label.Classes) },
            all: true, "No label volume", "large, bright");

    [TestMethod]
    public void Fit_FaultInTheValidationSet_NamesTheValidationSet()
    {
        var context = new MLContext();
        var options = TwoBalls.TrainerOptions;
        var shifted = TwoBalls
            .Rows(1)
            .Select(row => new TwoBalls.Row { Image = row.Image.WithGeometry(VolumeGeometry.FromSpacing(2, 2, 2)), Label = row.Label });
        options = options with { Validation = new() { ValidationSet = context.Data.LoadFromEnumerable(shifted) } };

        var error = Assert.ThrowsExactly<InputDataException>(() => Trainer(context, options).Fit(TwoBalls.Data(context, 2)));

        StringAssert.Contains(error.Message, "Row 0 of the validation set");
    }

    [TestMethod]
    public void Fit_NoRows_SaysSo()
    {
        var context = new MLContext();

        var error = Assert.ThrowsExactly<ArgumentException>(() => Trainer(context, TwoBalls.TrainerOptions).Fit(
            context.Data.LoadFromEnumerable(Array.Empty<TwoBalls.Row>())));

        StringAssert.Contains(error.Message, "no rows");
    }

    [TestMethod]
    public void Fit_PatchThatTheNetworkCannotDivide_NamesTheNextOneBeforeReadingAnything()
    {
        var context = new MLContext();
        var options = TwoBalls.TrainerOptions;
        options = options with
        {
            Network = new AttentionUNetOptions { Depth = 5, Width = 4 },
            Sampling = options.Sampling with { PatchSize = new PatchSize(96, 100, 96) },
        };
        IEnumerable<TwoBalls.Row> Unread()
        {
            Assert.Fail("The patch is checked before volumes are read.");
            yield break;
        }

        var error = Assert.ThrowsExactly<ArgumentException>(() => Trainer(context, options).Fit(context.Data.LoadFromEnumerable(Unread())));

        StringAssert.Contains(error.Message, "96 x 100 x 96");
        StringAssert.Contains(error.Message, "multiple of 16");
        StringAssert.Contains(error.Message, "96 x 112 x 96");
    }

    [TestMethod]
    public void Fit_DeepPatchForATwoDimensionalNetwork_SaysWhatToDo()
    {
        var context = new MLContext();
        var options = TwoBalls.TrainerOptions;
        options = options with
        {
            Network = new AttentionUNetOptions { SpatialDims = 2, Depth = 3, Width = 4 },
            Sampling = options.Sampling with { PatchSize = new PatchSize(8, 16, 16) },
        };

        var error = Assert.ThrowsExactly<ArgumentException>(() => Trainer(context, options).Fit(TwoBalls.Data(context, 2)));

        StringAssert.Contains(error.Message, "16 x 16 x 8");
        StringAssert.Contains(error.Message, "depth 1");
    }

    [TestMethod]
    public void Fit_ClassWeightsOfAnotherNumber_NamesTheClasses()
    {
        var context = new MLContext();
        var options = TwoBalls.TrainerOptions;
        options = options with { Loss = new CrossEntropyLoss { ClassWeights = [1, 2] } };

        var error = Assert.ThrowsExactly<ArgumentException>(() => Trainer(context, options).Fit(TwoBalls.Data(context, 2)));

        StringAssert.Contains(
            error.Message,
            "2 numbers for 3 classes; give one per class, the background first. The classes are background, large, bright"
        );
    }

    [TestMethod]
    public void Fit_GpuThatIsNotThere_SaysWhatToDoUnlessTheCpuMayServe()
    {
        var context = new MLContext { GpuDeviceId = 63, FallbackToCpu = false };
        var options = TwoBalls.TrainerOptions;
        options = options with
        {
            Optimization = options.Optimization with { MaxEpoch = 1 },
            Network = new AttentionUNetOptions { Width = 2, Depth = 2 },
        };

        var error = Assert.ThrowsExactly<ExecutionEnvironmentException>(() => Trainer(context, options).Fit(TwoBalls.Data(context, 2)));

        StringAssert.Contains(error.Message, "GpuDeviceId is 63");
        StringAssert.Contains(error.Message, "FallbackToCpu");
        context.FallbackToCpu = true;
        Trainer(context, options).Fit(TwoBalls.Data(context, 2)).Dispose();
    }

    [TestMethod]
    public void Fit_PatchThatNoMemoryHolds_NamesTheOptionsToLower()
    {
        var options = TwoBalls.TrainerOptions;
        options = options with
        {
            Network = new AttentionUNetOptions { Width = 2, Depth = 2 },
            Sampling = options.Sampling with { PatchSize = new PatchSize(1 << 16, 1 << 16, 1 << 16) },
        };

        var error = Assert.ThrowsExactly<ExecutionEnvironmentException>(() =>
            Trainer(new MLContext(), options).Fit(TwoBalls.Data(new MLContext(), 2))
        );

        StringAssert.Contains(error.Message, "65536 x 65536 x 65536 in batches of 4");
        StringAssert.Contains(error.Message, "Lower Sampling.BatchSize or Sampling.PatchSize");
    }

    [TestMethod]
    public void GetOutputSchema_MissingOrWrongColumn_IsRefusedBeforeAnyTraining()
    {
        var context = new MLContext();
        var data = TwoBalls.Data(context, 1);
        var missing = TwoBalls.TrainerOptions with { LabelColumnName = "Truth" };
        var wrong = TwoBalls.TrainerOptions with { ImageColumnName = "Label" };

        var first = Assert.ThrowsExactly<ArgumentException>(() =>
            Trainer(context, missing).Append(context.Transforms.CopyColumns("Copy", "Image")).Fit(data)
        );
        var second = Assert.ThrowsExactly<ArgumentException>(() => Trainer(context, wrong).Fit(data));

        StringAssert.Contains(first.Message, "'Truth'");
        StringAssert.Contains(first.Message, "Image, Label");
        StringAssert.Contains(second.Message, "LabelVolume");
        StringAssert.Contains(second.Message, "Volume");
    }

    [TestMethod]
    public void Create_SeveralFaults_AreListedTogether()
    {
        var options = new SegmentationTrainer.Options
        {
            Network = new AttentionUNetOptions { Width = 0 },
            Loss = new DiceLoss { Smooth = -1 },
            LabelColumnName = " ",
            Sampling = new() { BatchSize = 0, PatchSize = new PatchSize(0, 16, 16) },
            Optimization = new() { MaxEpoch = -1, LearningRate = double.NaN },
            Validation = new() { Interval = 0 },
            Initialization = new() { WeightsPath = "nowhere.weights" },
            Augmentation = [new Rotation { MaximumAngle = 900 }],
            Scoring = new() { Overlap = 1 },
        };

        var error = Assert.ThrowsExactly<ArgumentException>(() => new MLContext().MedicalSegmentation().Trainers.Segmentation(options));

        foreach (
            var fact in new[]
            {
                "11 of the trainer's options",
                "Overlap is 1",
                "Sampling.BatchSize is 0",
                "Optimization.MaxEpoch is -1",
                "Optimization.LearningRate is NaN",
                "Network: Width is 0",
                "Validation.Interval is 0",
                "LabelColumnName",
                "nowhere.weights",
                "16 x 16 x 0",
                "Loss.Smooth is -1",
                "Augmentation Rotation.MaximumAngle is 900",
            }
        )
        {
            StringAssert.Contains(error.Message, fact);
        }
    }

    private static void Refused(Func<TwoBalls.Row, TwoBalls.Row> spoil, params string[] facts) => Refused(spoil, all: false, facts);

    private static void Refused(Func<TwoBalls.Row, TwoBalls.Row> spoil, bool all, params string[] facts)
    {
        var context = new MLContext();
        var rows = TwoBalls.Rows(2).Select((row, i) => all || i == 1 ? spoil(row) : row).ToList();

        var error = Assert.ThrowsExactly<InputDataException>(() =>
            Trainer(context, TwoBalls.TrainerOptions).Fit(context.Data.LoadFromEnumerable(rows))
        );

        foreach (var fact in facts)
        {
            StringAssert.Contains(error.Message, fact);
        }
    }

    private static SegmentationTrainer Trainer(MLContext context, SegmentationTrainer.Options options)
        => context.MedicalSegmentation().Trainers.Segmentation(options);
}
