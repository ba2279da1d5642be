namespace Microsoft.ML.MedicalSegmentation.Training.Planned;

/// <summary>Training of label sets that overlap.</summary>
[TestClass]
[DoNotParallelize]
public sealed class PlannedRegionsTests
{
    private static readonly LabelRegion[] Regions = [new("both", [1, 2], 1), new("bright", [2], 2)];

    [TestMethod]
    public void Fit_Regions_LearnsEachAndWritesTheLaterOverTheEarlier()
    {
        var context = new MLContext(seed: 1);
        var validation = context.Data.LoadFromEnumerable(PlannedSegmentationTrainerTests.Rows(2, firstSeed: 50));
        var options = Options(epochs: 8);
        using var model = context
            .MedicalSegmentation()
            .Trainers.Planned(options with { Training = options.Training! with { Validation = new() { ValidationSet = validation } } })
            .Fit(context.Data.LoadFromEnumerable(PlannedSegmentationTrainerTests.Rows(12, firstSeed: 0)));

        Assert.IsTrue(model.Ensemble.HasRegions);
        CollectionAssert.AreEqual(
            new[] { "1 both", "2 bright" },
            model.Ensemble.Outputs.Select(output => $"{output.Value} {output.Name}").ToArray()
        );
        Assert.HasCount(2, model.TrainingHistories[0].Epochs[^1].ValidationDice);
        Assert.IsTrue(
            model.TrainingHistories[0].Epochs[^1].ValidationDice.All(dice => dice > 0.5),
            string.Join(", ", model.TrainingHistories[0].Epochs[^1].ValidationDice)
        );
        var scored = model.Transform(context.Data.LoadFromEnumerable(PlannedSegmentationTrainerTests.Rows(3, firstSeed: 100)));
        var metrics = context.MedicalSegmentation().Evaluate(scored);
        Assert.IsTrue(metrics.MeanDice > 0.5, metrics.ToString());

        using var folder = new TemporaryFolder();
        context.MedicalSegmentation().SaveModel(model, null, folder["regions.zip"]);
        var loaded = context.MedicalSegmentation().LoadModel(folder["regions.zip"]);
        var rows = context.Data.LoadFromEnumerable(PlannedSegmentationTrainerTests.Rows(3, firstSeed: 100));
        foreach (
            var (expected, found) in PlannedSegmentationTrainerTests
                .Labels(context, scored)
                .Zip(PlannedSegmentationTrainerTests.Labels(context, loaded.Transform(rows)))
        )
        {
            Assert.IsTrue(expected.Voxels.Bytes.SequenceEqual(found.Voxels.Bytes));
        }
    }

    [TestMethod]
    public void Fit_RegionsThatTheLabelsDoNotHave_AreRefused()
    {
        var context = new MLContext(seed: 1);
        var trainer = context
            .MedicalSegmentation()
            .Trainers.Planned(Options(epochs: 1) with { Regions = [new("both", [1, 7], 1), new("nothing", [0], 0)] });
        var fault = Assert.ThrowsExactly<ArgumentException>(() =>
            trainer.Fit(context.Data.LoadFromEnumerable(PlannedSegmentationTrainerTests.Rows(1, firstSeed: 0)))
        );

        StringAssert.Contains(fault.Message, "'both' has the value 7, which is not a class");
        StringAssert.Contains(fault.Message, "'nothing' has the values [0]");
        StringAssert.Contains(fault.Message, "written as 0");
    }

    [TestMethod]
    public void Create_RegionsWithALossOfTheirOwn_AreRefused()
    {
        var options = Options(epochs: 1);
        var fault = Assert.ThrowsExactly<ArgumentException>(() =>
            new MLContext()
                .MedicalSegmentation()
                .Trainers.Planned(options with { Training = options.Training! with { Loss = new DiceLoss() } })
        );
        StringAssert.Contains(fault.Message, "Regions and Training.Loss are given");
    }

    private static PlannedSegmentationTrainer.Options Options(int epochs) =>
        PlannedSegmentationTrainerTests.Options(epochs) with
        {
            Regions = Regions,
        };
}
