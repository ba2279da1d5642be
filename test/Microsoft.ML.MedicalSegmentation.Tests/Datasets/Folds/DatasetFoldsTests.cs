namespace Microsoft.ML.MedicalSegmentation.Datasets.Folds;

[TestClass]
public sealed class DatasetFoldsTests
{
    [TestMethod]
    public void SplitIntoFolds_SeveralCasesOfAPatient_KeepsThemTogetherAndUsesEveryCaseOnce()
    {
        var dataset = Dataset(23, perPatient: 3);

        var folds = dataset.SplitIntoFolds(5, seed: 4);

        Assert.HasCount(5, folds);
        CollectionAssert.AreEquivalent(Names(dataset), folds.SelectMany(fold => Names(fold.Validation)).ToArray());
        foreach (var fold in folds)
        {
            CollectionAssert.AreEquivalent(Names(dataset), Names(fold.Training).Concat(Names(fold.Validation)).ToArray());
            Assert.IsFalse(Patients(fold.Training).Intersect(Patients(fold.Validation)).Any());
            Assert.IsTrue(fold.Validation.Cases.Count is >= 3 and <= 6, $"{fold.Validation.Cases.Count}");
        }

        CollectionAssert.AreEqual(Names(folds[0].Validation), Names(dataset.SplitIntoFolds(5, seed: 4)[0].Validation), "The seed decides.");
        CollectionAssert.AreNotEqual(Names(folds[0].Validation), Names(dataset.SplitIntoFolds(5, seed: 5)[0].Validation));
    }

    [TestMethod]
    public void SplitIntoFolds_MoreFoldsThanPatients_IsRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Dataset(6, perPatient: 3).SplitIntoFolds(3));

        StringAssert.Contains(error.Message, "2 to 2 folds");
    }

    [TestMethod]
    public void Split_SeveralCasesOfAPatient_DividesNoPatient()
    {
        var (training, validation) = Dataset(20, perPatient: 2).Split(5, seed: 1);

        Assert.AreEqual(4, validation.Cases.Count);
        Assert.AreEqual(16, training.Cases.Count);
        Assert.IsFalse(Patients(training).Intersect(Patients(validation)).Any());
    }

    [TestMethod]
    public void LoadFolds_WhatSaveFoldsWrote_IsTheSame()
    {
        using var folder = new TemporaryFolder();
        var dataset = Dataset(7, perPatient: 1);
        var folds = dataset.SplitIntoFolds(3);

        folds.SaveFolds(folder["splits_final.json"]);
        var read = dataset.LoadFolds(folder["splits_final.json"]);

        StringAssert.Contains(File.ReadAllText(folder["splits_final.json"]), "\"val\"");
        foreach (var (written, found) in folds.Zip(read))
        {
            Assert.AreEqual(written.Number, found.Number);
            CollectionAssert.AreEqual(Names(written.Training), Names(found.Training));
            CollectionAssert.AreEqual(Names(written.Validation), Names(found.Validation));
        }
    }

    [TestMethod]
    [DataRow("""[{"train": ["case0"], "val": ["nowhere"]}]""", "not in the data set")]
    [DataRow("""[{"train": ["case0"], "val": ["case1"]}]""", "group patient0")]
    [DataRow("[]", "no folds")]
    [DataRow("""[{"train": null, "val": []}]""", "splits_final.json")]
    [DataRow("[null]", "no folds")]
    [DataRow("""{"train": 3}""", "splits_final.json")]
    [DataRow("nonsense", "splits_final.json")]
    public void LoadFolds_OtherFile_IsRefusedWithTheReason(string text, string reason)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["splits_final.json"], text);

        var error = Assert.ThrowsExactly<InputDataException>(() => Dataset(4, perPatient: 2).LoadFolds(folder["splits_final.json"]));

        StringAssert.Contains(error.Message, reason);
    }

    [TestMethod]
    public void ReadTable_PatientColumn_ReachesCasesAndRows()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["cases.csv"], "case,image,label,patient\na,a.nii,a-labels.nii,p1\nb,b.nii,b-labels.nii,\n");
        File.WriteAllText(folder["a.nii"], "");
        File.WriteAllText(folder["b.nii"], "");
        File.WriteAllText(folder["a-labels.nii"], "");
        File.WriteAllText(folder["b-labels.nii"], "");
        var context = new MLContext();

        var dataset = context.MedicalSegmentation().Data.ReadTable(folder["cases.csv"]);

        CollectionAssert.AreEqual(new[] { "p1", null }, dataset.Cases.Select(one => one.Group).ToArray());
        Assert.IsNotNull(dataset.ToDataView(context).Schema.GetColumnOrNull(SegmentationDataset.GroupColumn));
        Assert.IsNull(Dataset(2, perPatient: 0).ToDataView(context).Schema.GetColumnOrNull(SegmentationDataset.GroupColumn));
    }

    private static SegmentationDataset Dataset(int count, int perPatient) =>
        new(
            "set",
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(i => new SegmentationCase($"case{i}", [$"case{i}.nii.gz"], $"labels/case{i}.nii.gz")
                    {
                        Group = perPatient == 0 ? null : $"patient{i / perPatient}",
                    }),
            ]
        );

    private static string[] Names(SegmentationDataset dataset) => [.. dataset.Cases.Select(one => one.Id)];

    private static IEnumerable<string?> Patients(SegmentationDataset dataset) => dataset.Cases.Select(one => one.Group);
}
