namespace Microsoft.ML.MedicalSegmentation.Training.Planned;

/// <summary>Planned training on data as they come from clinics, and its way to nnU-Net.</summary>
[TestClass]
[DoNotParallelize]
public sealed class PlannedDataTests
{
    [TestMethod]
    public void Fit_IgnoredLabelAndMixedSliceThickness_LearnsTheRestOfEveryCase()
    {
        LabelClass[] classes = [new(0, "background"), new(1, "large"), new(2, "ignore") { IsIgnored = true }];
        var context = new MLContext(seed: 1);
        using var model = context.MedicalSegmentation().Trainers.Planned(PlannedSegmentationTrainerTests.Options(epochs: 8))
            .Fit(context.Data.LoadFromEnumerable(Rows(12, 0, classes)));

        CollectionAssert.AreEqual(new[] { 0, 1 }, model.Ensemble.Outputs.Select(output => output.Value).ToArray());
        Assert.IsTrue(model.TrainingHistories[0].Epochs.All(epoch => double.IsFinite(epoch.Loss)));
        foreach (var rest in new[] { 0, 1 })
        {
            // Cases of thin slices, then of thick ones.
            var cases = Rows(6, 100, classes).Where((_, i) => i % 2 == rest).ToList();
            var metrics = context.MedicalSegmentation().Evaluate(model.Transform(context.Data.LoadFromEnumerable(cases)));
            Assert.IsTrue(metrics.MeanDice > 0.5, $"{cases[0].Image.Geometry.Spacing}: {metrics}");
        }
    }

    [TestMethod]
    public void ExportNnUNet_OfAPlannedZip_IsAFolderThatImportsAgainAndGivesTheSameLabels()
    {
        var context = new MLContext(seed: 1);
        var medical = context.MedicalSegmentation();
        using var folder = new TemporaryFolder();
        using (var model = medical.Trainers.Planned(PlannedSegmentationTrainerTests.Options(epochs: 2)).Fit(TwoBalls.Data(context, 3)))
        {
            medical.SaveModel(model, null, folder["planned.zip"]);
        }

        var loaded = medical.LoadModel(folder["planned.zip"]);
        var written = medical.Models.ExportNnUNet(loaded, folder["exported"]).Single();

        Assert.AreEqual("nnUNetTrainer__nnUNetPlans__3d_fullres", Path.GetFileName(written));
        // Without the step that loads files.
        var imported = ((IEnumerable<ITransformer>)medical.Models.ImportNnUNet(written)).Last();
        var rows = TwoBalls.Data(context, 3, firstSeed: 20);
        foreach (
            var (expected, found) in PlannedSegmentationTrainerTests
                .Labels(context, loaded.Transform(rows))
                .Zip(PlannedSegmentationTrainerTests.Labels(context, imported.Transform(rows)))
        )
        {
            Assert.IsTrue(expected.Voxels.Bytes.SequenceEqual(found.Voxels.Bytes));
        }
    }

    private static IEnumerable<TwoBalls.Row> Rows(int count, int firstSeed, LabelClass[] classes) =>
        TwoBalls
            .Rows(count, firstSeed)
            .Select(
                (row, i) =>
                {
                    var (image, labels) = (row.Image, row.Label.WithClasses(classes));
                    return i % 2 == 0
                        ? new TwoBalls.Row { Image = image, Label = labels }
                        : new TwoBalls.Row { Image = image.Resample(new(1, 1, 3)), Label = labels.Resample(new(1, 1, 3)) };
                }
            );
}
