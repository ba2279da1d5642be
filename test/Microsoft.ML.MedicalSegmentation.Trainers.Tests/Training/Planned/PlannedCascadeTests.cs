using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using Microsoft.ML.MedicalSegmentation.Planning;

namespace Microsoft.ML.MedicalSegmentation.Training.Planned;

/// <summary>Training of a low-resolution stage, and of a full-resolution one that takes its labels.</summary>
[TestClass]
[DoNotParallelize]
public sealed class PlannedCascadeTests
{
    private const string LowResolution = "3d_lowres";
    private const string Cascade = "3d_cascade_fullres";

    [TestMethod]
    public void Fit_Cascade_TakesTheLabelsOfTheStageBeforeAndBecomesOneModel()
    {
        var context = new MLContext(seed: 1);
        var rows = context.Data.LoadFromEnumerable(Rows(6));
        using var first = Train(context, rows, Options(epochs: 2) with { Configuration = LowResolution });
        using var model = Train(
            context,
            rows,
            Options(epochs: 2) with
            {
                Plan = first.Plan,
                Planning = null,
                Configuration = Cascade,
                PreviousStage = first,
            }
        );

        var member = model.Ensemble.Members.Single();
        Assert.AreEqual((Cascade, LowResolution), (member.Name, member.PreviousStage?.Name));
        CollectionAssert.AreEqual(new[] { 1, 2 }, member.PreviousLabels.ToArray());
        Assert.HasCount(2, model.Networks);
        Assert.IsTrue(model.Networks[1].Span.SequenceEqual(first.Networks[0].Span));
        var others = context.Data.LoadFromEnumerable(Rows(3, firstSeed: 30));

        using var folder = new TemporaryFolder();
        context.MedicalSegmentation().SaveModel(model, null, folder["cascade.zip"]);
        var loaded = context.MedicalSegmentation().LoadModel(folder["cascade.zip"]);
        foreach (
            var (expected, found) in PlannedSegmentationTrainerTests
                .Labels(context, model.Transform(others))
                .Zip(PlannedSegmentationTrainerTests.Labels(context, loaded.Transform(others)))
        )
        {
            Assert.IsTrue(expected.Voxels.Bytes.SequenceEqual(found.Voxels.Bytes));
        }

    }

    [TestMethod]
    public void Fit_CascadeWithTrueLabelsAsThoseOfTheStageBefore_LearnsFasterThanWithPoorOnes()
    {
        var context = new MLContext(seed: 1);
        var rows = context.Data.LoadFromEnumerable(Rows(4));
        using var poor = Train(context, rows, Options(epochs: 1) with { Configuration = LowResolution });
        var options = Options(epochs: 3) with { Plan = poor.Plan, Planning = null, Configuration = Cascade, PreviousStage = poor };
        options = options with { Training = options.Training! with { Sampling = new() { StepsPerEpoch = 12 } } };

        using var predicted = Train(context, rows, options);
        using var given = Train(context, rows, options with { PreviousLabelColumnName = "Label" });

        var (slow, fast) = (predicted.TrainingHistories[0].Epochs[^1].Loss, given.TrainingHistories[0].Epochs[^1].Loss);
        Assert.IsTrue(fast < slow - 0.1, $"{fast} with true labels, {slow} with poor ones");
    }

    [TestMethod]
    public void Fit_CascadeWithoutOrWithAnotherStageBefore_SaysWhatToTrain()
    {
        var context = new MLContext(seed: 1);
        var rows = context.Data.LoadFromEnumerable(Rows(2));
        var missing = Assert.ThrowsExactly<ArgumentException>(() =>
            Train(context, rows, Options(epochs: 1) with { Configuration = Cascade })
        );
        StringAssert.Contains(missing.Message, "Train '3d_lowres' first");

        using var full = Train(context, rows, Options(epochs: 1));
        var other = Assert.ThrowsExactly<ArgumentException>(() =>
            Train(
                context,
                rows,
                Options(epochs: 1) with
                {
                    Plan = full.Plan,
                    Planning = null,
                    Configuration = Cascade,
                    PreviousStage = full,
                }
            )
        );
        StringAssert.Contains(other.Message, "it is of 3d_fullres");
        var idle = Assert.ThrowsExactly<ArgumentException>(() =>
            Train(context, rows, Options(epochs: 1) with { Plan = full.Plan, Planning = null, PreviousStage = full })
        );
        StringAssert.Contains(idle.Message, "is no stage after another");
        StringAssert.Contains(
            Assert
                .ThrowsExactly<ArgumentException>(() =>
                    context.MedicalSegmentation().Trainers.Planned(Options(epochs: 1) with { PreviousLabelColumnName = "Label" })
                )
                .Message,
            "PreviousLabelColumnName is given without PreviousStage"
        );
    }

    [TestMethod]
    public void Fit_CascadeOnRealCases_LearnsAndGivesTheSameLabelsFromItsZip()
    {
        var context = new MLContext(seed: 1);
        var cases = RealCases(6).ToList();
        var rows = context.Data.LoadFromEnumerable(cases.Take(4));
        var options = Options(epochs: 6);
        options = options with
        {
            Planning = options.Planning! with { Preset = PlanningPreset.Processor with { Width = 8 } },
            Training = options.Training! with { Sampling = new() { StepsPerEpoch = 12 }, Augmentation = AugmentationPresets.None },
        };
        using var first = Train(context, rows, options with { Configuration = LowResolution });
        using var model = Train(
            context,
            rows,
            options with
            {
                Plan = first.Plan,
                Planning = null,
                Configuration = Cascade,
                PreviousStage = first,
            }
        );

        var others = context.Data.LoadFromEnumerable(cases.Skip(4));
        var losses = model.TrainingHistories[0].Epochs.Select(epoch => epoch.Loss).ToList();
        Assert.IsTrue(losses[^1] < losses[0] - 0.1, string.Join(", ", losses));
        using var folder = new TemporaryFolder();
        context.MedicalSegmentation().SaveModel(model, null, folder["cascade.zip"]);
        var loaded = context.MedicalSegmentation().LoadModel(folder["cascade.zip"]);
        foreach (
            var ((expected, found), truth) in PlannedSegmentationTrainerTests
                .Labels(context, model.Transform(others))
                .Zip(PlannedSegmentationTrainerTests.Labels(context, loaded.Transform(others)))
                .Zip(cases.Skip(4))
        )
        {
            Assert.IsTrue(expected.Voxels.Bytes.SequenceEqual(found.Voxels.Bytes));
            Assert.IsTrue(expected.Geometry.Matches(truth.Label.Geometry, truth.Label.Shape));
        }
    }

    private static IEnumerable<TwoBalls.Row> RealCases(int count)
    {
        var images = TestData.RequireData("hippocampus/imagesTr");
        foreach (var image in Directory.GetFiles(images, "*.nii.gz").Order(StringComparer.Ordinal).Take(count))
        {
            yield return new()
            {
                Image = VolumeFormats.Open(image),
                Label = VolumeFormats.OpenLabels(image.Replace("imagesTr", "labelsTr", StringComparison.Ordinal)),
            };
        }
    }

    private static PlannedTransformer Train(MLContext context, IDataView rows, PlannedSegmentationTrainer.Options options)
        => context.MedicalSegmentation().Trainers.Planned(options).Fit(rows);

    // So little memory that a patch sees a small part of a case.
    private static PlannedSegmentationTrainer.Options Options(int epochs)
    {
        var options = PlannedSegmentationTrainerTests.Options(epochs);
        return options with { Planning = options.Planning! with { MemoryGigabytes = 0.0015 } };
    }

    private static IEnumerable<TwoBalls.Row> Rows(int count, int firstSeed = 0) =>
        TwoBalls.Rows(count, firstSeed, new() { Shape = new(1, 32, 32, 32), Structures = TwoBalls.Options.Structures });
}
