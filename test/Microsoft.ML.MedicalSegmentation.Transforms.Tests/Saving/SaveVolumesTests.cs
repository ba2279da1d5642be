using Microsoft.ML.MedicalSegmentation.RowFunctions;

namespace Microsoft.ML.MedicalSegmentation.Saving;

[TestClass]
public sealed class SaveVolumesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    private SegmentationTransformsCatalog Transforms => _ml.MedicalSegmentation().Transforms;

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void SaveVolumes_LabelsAndImages_WritesWhatItReadsAndNamesTheFiles()
    {
        var rows = _folder.WriteScans(2);
        var data = _ml.Data.LoadFromEnumerable(rows);
        var pipeline = Transforms.LoadVolumes().Append(Transforms.LoadLabelVolumes())
            .Append(Transforms.SaveVolumes("SavedLabel", "Label", _folder["out"], "{CaseId}/seg.nii.gz"))
            .Append(Transforms.SaveVolumes("SavedImage", "Image", _folder["out"], "{ImagePath}_{CaseId}.nii"));
        var saved = _ml.Data.CreateEnumerable<SavedRow>(pipeline.Fit(data).Transform(data), reuseRowObject: false).ToList();
        Assert.AreEqual(_folder["out/case1/seg.nii.gz"], saved[1].SavedLabel);
        Assert.AreEqual(_folder["out/case1_case1.nii"], saved[1].SavedImage);
        CollectionAssert.AreEqual(VolumeFormats.Open(rows[1].ImagePath).Values(), VolumeFormats.Open(saved[1].SavedImage).Values());
        CollectionAssert.AreEqual(VolumeFormats.Open(rows[1].LabelPath).Values(), VolumeFormats.Open(saved[1].SavedLabel).Values());
        Assert.AreEqual(VolumeFormats.Open(rows[1].ImagePath).Geometry, VolumeFormats.Open(saved[1].SavedImage).Geometry);
    }

    [TestMethod]
    public void SaveVolumes_PathNotRead_WritesNothing()
    {
        var data = _ml.Data.LoadFromEnumerable(_folder.WriteScans(1));
        var output = Transforms.LoadVolumes().Append(Transforms.SaveVolumes("Saved", "Image", _folder["out"])).Fit(data).Transform(data);
        Assert.AreEqual(1, _ml.Data.CreateEnumerable<ScanResult>(output, reuseRowObject: false).Count());
        Assert.AreEqual(0, Directory.GetFileSystemEntries(_folder["out/"]).Length);
    }

    [TestMethod]
    [DataRow("../evil")]
    [DataRow("a:b")]
    [DataRow("..")]
    [DataRow("")]
    public void SaveVolumes_ValueThatIsNoFileName_NeverLeavesTheFolder(string caseId)
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { new Scan { CaseId = caseId, Image = Scans.Make(1).Image } });
        var output = Transforms.SaveVolumes("Saved", "Image", _folder["out/deep"]).Fit(data).Transform(data);
        if (caseId == "../evil")
        {
            // A path counts by its file name alone.
            Assert.AreEqual(
                _folder["out/deep/evil.nii.gz"],
                output.Preview(1).RowView[0].Values.Single(pair => pair.Key == "Saved").Value.ToString()
            );
            return;
        }

        var fault = Assert.ThrowsExactly<ArgumentException>(() => output.Preview(1));
        StringAssert.Contains(fault.Message, "cannot be part of a file name");
        Assert.AreEqual(0, Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Length);
    }

    [TestMethod]
    [DataRow("same.nii.gz", "same for every row")]
    [DataRow("{CaseId}.txt", "must end in one of")]
    [DataRow("../{CaseId}.nii", "must stay below the folder")]
    [DataRow("{CaseId.nii", "every brace")]
    public void SaveVolumes_UnusableFileName_IsRefusedAtOnce(string fileName, string fact)
        => StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Transforms.SaveVolumes(fileName: fileName)).Message, fact);

    [TestMethod]
    public void SaveModel_AbsoluteFolder_IsRefusedAndLeavesNoFile()
    {
        var data = _ml.Data.LoadFromEnumerable(Scans.Many(1));
        var model = Transforms.SaveVolumes("Saved", "Image", _folder["out"]).Fit(data);
        var fault = Assert.ThrowsExactly<NotSupportedException>(() =>
            _ml.MedicalSegmentation().SaveModel(model, data.Schema, _folder["model.zip"])
        );
        StringAssert.Contains(fault.Message, "relative folder");
        Assert.AreEqual(0, Directory.GetFiles(_folder.Path).Length);
    }

    [TestMethod]
    public void SaveModel_RelativeFolder_WritesBelowTheCurrentDirectoryAfterLoading()
    {
        var data = _ml.Data.LoadFromEnumerable(Scans.Many(1));
        var name = Path.GetFileName(_folder.Path);
        var model = Transforms.SaveVolumes("SavedImage", "Image", name).Fit(data);
        _ml.MedicalSegmentation().SaveModel(model, data.Schema, _folder["model.zip"]);
        var loaded = _ml.MedicalSegmentation().LoadModel(_folder["model.zip"]);
        try
        {
            var path = _ml
                .Data.CreateEnumerable<SavedRow>(loaded.Transform(data), reuseRowObject: false, ignoreMissingColumns: true)
                .Single()
                .SavedImage;
            Assert.AreEqual(Path.GetFullPath($"{name}/case0.nii.gz"), path);
            Assert.IsTrue(File.Exists(path));
        }
        finally
        {
            Directory.Delete(name, recursive: true);
        }
    }

    [TestMethod]
    public void Restore_StateThatWritesElsewhere_IsRefused()
    {
        var state = SavedState.Of(new SaveVolumesSettings(Path.GetTempPath(), "{CaseId}.nii"));
        Assert.ThrowsExactly<InputDataException>(() => new SaveVolumesContract().Restore(state));
        Assert.ThrowsExactly<InputDataException>(() =>
            new SaveLabelVolumesContract().Restore(SavedState.Of(new SaveVolumesSettings("a/../../b", "{CaseId}.nii")))
        );
    }

    private sealed class SavedRow
    {
        public string SavedImage { get; set; } = "";

        public string SavedLabel { get; set; } = "";
    }
}
