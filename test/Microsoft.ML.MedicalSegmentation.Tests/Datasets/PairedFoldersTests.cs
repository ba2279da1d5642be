namespace Microsoft.ML.MedicalSegmentation.Datasets;

[TestClass]
public sealed class PairedFoldersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SegmentationDataCatalog _data = new MLContext(1).MedicalSegmentation().Data;

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void ReadFolders_RealPairs_PairsEveryCase()
    {
        var root = TestData.RequireData("hippocampus");
        var dataset = _data.ReadFolders(Path.Combine(root, "imagesTr"), Path.Combine(root, "labelsTr"));
        Assert.AreEqual(200, dataset.Cases.Count);
        Assert.AreEqual("hippocampus", dataset.Name);
        Assert.IsTrue(dataset.Cases.All(c => Path.GetFileName(c.ImagePaths[0]) == Path.GetFileName(c.LabelPath)));
    }

    [TestMethod]
    public void ReadFolders_Suffixes_PairByCaseName()
    {
        Touch("i/p1_T1.nii", "i/p2_T1.nii.gz", "l/p1_seg.nii.gz", "l/p2_seg.nii", "l/notes.txt");
        var dataset = _data.ReadFolders(_folder["i"], _folder["l"], [new(1, "x"), new(0, "background")], "_T1", "_seg");
        CollectionAssert.AreEqual(new[] { "p1", "p2" }, dataset.Cases.Select(c => c.Id).ToArray());
        Assert.AreEqual(_folder["l/p1_seg.nii.gz"], dataset.Cases[0].LabelPath);
        Assert.AreEqual(0, dataset.Classes[0].Value);
    }

    [TestMethod]
    public void ReadFolders_UnmatchedAndDoubleNames_TellsAllAtOnce()
    {
        Touch("i/a.nii", "i/b.nii", "l/b.nii", "l/b.nii.gz", "l/c.nii");
        var fault = Assert.ThrowsExactly<InputDataException>(() => _data.ReadFolders(_folder["i"], _folder["l"]));
        StringAssert.Contains(fault.Message, "(3 faults)");
        StringAssert.Contains(fault.Message, "a.nii' has no label file named 'a'");
        StringAssert.Contains(fault.Message, "are labels of the same case");
        StringAssert.Contains(fault.Message, "c.nii' has no image named 'c'");
    }

    [TestMethod]
    public void ReadFolders_PicturesBesideVolumes_ArePreviewsAndNoCases()
    {
        Touch("i/a.nii", "i/a.png", "l/a.png", "l/b.txt");
        var dataset = _data.ReadFolders(_folder["i"], _folder["l"]);
        Assert.AreEqual(_folder["i/a.nii"], dataset.Cases.Single().ImagePaths.Single());
        Assert.AreEqual(_folder["l/a.png"], dataset.Cases[0].LabelPath);
    }

    [TestMethod]
    public void ReadFolders_SubfoldersOfImages_AreCases()
    {
        Touch("i/p1/1.txt", "i/p2/1.txt", "l/p1.nii", "l/p2.nii");
        var dataset = _data.ReadFolders(_folder["i"], _folder["l"]);
        Assert.AreEqual(2, dataset.Cases.Count);
        Assert.IsTrue(Directory.Exists(dataset.Cases[0].ImagePaths[0]));
    }

    [TestMethod]
    public void ReadFolders_MissingOrEmptyFolder_NamesIt()
    {
        var missing = Assert.ThrowsExactly<DirectoryNotFoundException>(() => _data.ReadFolders("no-such-folder", _folder.Path));
        StringAssert.Contains(missing.Message, "no-such-folder");
        var empty = Assert.ThrowsExactly<InputDataException>(() => _data.ReadFolders(_folder.Path, _folder.Path));
        StringAssert.Contains(empty.Message, ".nii.gz");
    }

    private void Touch(params string[] paths) => Array.ForEach(paths, path => _folder.Write(path, ""));
}
