using Microsoft.ML.MedicalSegmentation.Columns;

namespace Microsoft.ML.MedicalSegmentation.Loading;

[TestClass]
public sealed class LoadLabelVolumesTests : IDisposable
{
    private static readonly LabelClass[] Classes = [new(0, "background"), new(1, "soft"), new(2, "hard")];
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    private SegmentationTransformsCatalog Transforms => _ml.MedicalSegmentation().Transforms;

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void LoadLabelVolumes_ClassesOfTheDataset_TravelToColumnAndVolume()
    {
        var row = _folder.WriteScans(1)[0];
        var data = new SegmentationDataset("x", [new("a", [row.ImagePath], row.LabelPath)], Classes).ToDataView(_ml);
        var output = Transforms.LoadLabelVolumes().Fit(data).Transform(data);
        CollectionAssert.AreEqual(Classes, ClassAnnotations.ReadClasses(output.Schema["Label"].Annotations).ToArray());
        CollectionAssert.AreEqual(Classes, Read(output).Classes.ToArray());
    }

    [TestMethod]
    public void LoadLabelVolumes_AfterReloading_KnowsItsClasses()
    {
        var row = _folder.WriteScans(1)[0];
        var data = _ml.Data.LoadFromEnumerable(new[] { row });
        var model = Transforms.LoadLabelVolumes(classes: Classes).Fit(data);
        _ml.MedicalSegmentation().SaveModel(model, data.Schema, _folder["model.zip"]);
        var labels = Read(_ml.MedicalSegmentation().Models.Load(_folder["model.zip"]).Transform(data));
        CollectionAssert.AreEqual(Classes, labels.Classes.ToArray());
        Assert.AreEqual(VolumeFormats.OpenLabels(row.LabelPath)[1, 2, 3], labels[1, 2, 3]);
    }

    [TestMethod]
    public void LoadLabelVolumes_ValueOutsideTheClasses_NamesFileValueAndClasses()
    {
        var row = _folder.WriteScans(1)[0];
        var expected = VolumeFormats.OpenLabels(row.LabelPath).CountValues()[2];
        var fault = Fault(row, Classes[..2]);
        foreach (var fact in new[] { row.LabelPath, $"2 ({expected} voxels)", "0 background, 1 soft", "Add a class" })
        {
            StringAssert.Contains(fault.Message, fact);
        }
    }

    [TestMethod]
    public void LoadLabelVolumes_ImageInsteadOfLabels_NamesTheFileAndTheVoxel()
    {
        var row = _folder.WriteScans(1)[0];
        row.LabelPath = row.ImagePath;
        var fault = Fault(row, Classes);
        StringAssert.Contains(fault.Message, row.ImagePath);
        StringAssert.Contains(fault.Message, "is not a label");
    }

    [TestMethod]
    public void LoadLabelVolumes_TwoNamesOfOneValue_FailsAtFit()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { new PathRow() });
        var fault = Assert.ThrowsExactly<ArgumentException>(() =>
            Transforms.LoadLabelVolumes(classes: [new(1, "a"), new(1, "b")]).Fit(data)
        );
        StringAssert.Contains(fault.Message, "'a' and 'b'");
    }

    private VolumeFormatException Fault(PathRow row, LabelClass[] classes)
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { row });
        return Assert.ThrowsExactly<VolumeFormatException>(() =>
            Read(Transforms.LoadLabelVolumes(classes: classes).Fit(data).Transform(data))
        );
    }

    private LabelVolume Read(IDataView view) => _ml.Data.CreateEnumerable<LabelRow>(view, reuseRowObject: false).Single().Label;

    private sealed class LabelRow
    {
        [LabelVolumeColumn]
        public LabelVolume Label { get; set; } = null!;
    }
}
