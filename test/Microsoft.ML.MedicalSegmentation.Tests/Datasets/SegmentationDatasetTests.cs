using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Columns;

namespace Microsoft.ML.MedicalSegmentation.Datasets;

[TestClass]
public class SegmentationDatasetTests
{
    private static readonly LabelClass[] Classes = [new(0, "background"), new(3, "cyst")];
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void ToDataView_OneFilePerCase_HasTextColumnsWithClasses()
    {
        var view = Make(1).ToDataView(_ml);
        Assert.AreEqual(TextDataViewType.Instance, view.Schema["ImagePath"].Type);
        var rows = _ml.Data.CreateEnumerable<PathRow>(view, reuseRowObject: false).ToList();
        CollectionAssert.AreEqual(new[] { "case0", "case1", "case2", "case3" }, rows.Select(r => r.CaseId).ToArray());
        Assert.AreEqual("1.nii", rows[1].ImagePath);
        Assert.AreEqual("1_seg.nii", rows[1].LabelPath);
        CollectionAssert.AreEqual(Classes, ClassAnnotations.ReadClasses(view.Schema["LabelPath"].Annotations).ToArray());
        CollectionAssert.AreEqual(new[] { "T1" }, ClassAnnotations.ReadChannelNames(view.Schema["ImagePath"].Annotations).ToArray());
    }

    [TestMethod]
    public void ToDataView_SeveralFilesPerCase_HasAVectorOfPaths()
    {
        var view = Make(2).ToDataView(_ml);
        Assert.AreEqual(new VectorDataViewType(TextDataViewType.Instance, 2), view.Schema["ImagePath"].Type);
        var row = _ml.Data.CreateEnumerable<PathsRow>(view, reuseRowObject: false).First();
        CollectionAssert.AreEqual(new[] { "0.nii", "0.nii" }, row.ImagePath);
    }

    [TestMethod]
    public void ToDataView_NoLabels_HasNoLabelColumn()
    {
        var dataset = new SegmentationDataset("x", [new("a", ["a.nii"], null)]);
        Assert.IsNull(dataset.ToDataView(_ml).Schema.GetColumnOrNull("LabelPath"));
    }

    [TestMethod]
    public void ToDataView_SplitAndCached_KeepsClasses()
    {
        var split = _ml.Data.TrainTestSplit(_ml.Data.Cache(Make(1).ToDataView(_ml)), testFraction: 0.5, seed: 3);
        CollectionAssert.AreEqual(Classes, ClassAnnotations.ReadClasses(split.TestSet.Schema["LabelPath"].Annotations).ToArray());
        var ids = new[] { split.TrainSet, split.TestSet }
            .SelectMany(view => _ml.Data.CreateEnumerable<PathRow>(view, false))
            .Select(row => row.CaseId);
        CollectionAssert.AreEquivalent(new[] { "case0", "case1", "case2", "case3" }, ids.ToArray());
    }

    [TestMethod]
    public void Constructor_RepeatedCasesAndValues_TellsBoth()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() =>
            new SegmentationDataset(
                "x",
                [new("a", ["a.nii"], null), new("a", ["b.nii", "c.nii"], null)],
                [new(1, "liver"), new(1, "spleen"), new(70000, "big")]
            )
        );
        foreach (var fact in new[] { "'a' occurs 2 times", "different numbers of image files", "'liver' and 'spleen'", "70000" })
        {
            StringAssert.Contains(fault.Message, fact);
        }
    }

    private static SegmentationDataset Make(int files) =>
        new(
            "x",
            [
                .. Enumerable
                    .Range(0, 4)
                    .Select(i => new SegmentationCase($"case{i}", [.. Enumerable.Repeat($"{i}.nii", files)], $"{i}_seg.nii")),
            ],
            Classes,
            ["T1"]
        );

    private sealed class PathRow
    {
        public string CaseId { get; set; } = "";

        public string ImagePath { get; set; } = "";

        public string LabelPath { get; set; } = "";
    }

    private sealed class PathsRow
    {
        public string[] ImagePath { get; set; } = [];
    }
}
