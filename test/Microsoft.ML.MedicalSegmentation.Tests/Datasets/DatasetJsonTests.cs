namespace Microsoft.ML.MedicalSegmentation.Datasets;

[TestClass]
public sealed class DatasetJsonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SegmentationDataCatalog _data = new MLContext(1).MedicalSegmentation().Data;

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void ReadDatasetJson_RealDecathlonTask_GivesCasesClassesAndChannels()
    {
        var dataset = _data.ReadDatasetJson(Path.Combine(TestData.RequireData("hippocampus"), "dataset.json"));
        Assert.AreEqual("Hippocampus", dataset.Name);
        Assert.AreEqual(200, dataset.Cases.Count);
        CollectionAssert.AreEqual(
            new LabelClass[] { new(0, "background"), new(1, "Anterior"), new(2, "Posterior") },
            dataset.Classes.ToArray()
        );
        CollectionAssert.AreEqual(new[] { "MRI" }, dataset.ChannelNames.ToArray());
        Assert.AreEqual("hippocampus_001", dataset.Cases[0].Id);
        Assert.IsTrue(File.Exists(dataset.Cases[0].LabelPath));
    }

    [TestMethod]
    public void ReadDatasetJson_NnUNet2_GroupsChannelFilesAndReversesLabels()
    {
        Touch(
            "imagesTr/a_0000.nii.gz",
            "imagesTr/a_0001.nii.gz",
            "imagesTr/b_0000.nii.gz",
            "imagesTr/b_0001.nii.gz",
            "labelsTr/a.nii.gz",
            "labelsTr/b.nii.gz",
            "imagesTr/._a_0000.nii.gz"
        );
        var path = _folder.Write(
            "dataset.json",
            """
            { "channel_names": { "0": "T1", "1": "FLAIR" }, "labels": { "background": 0, "tumour": 2, "oedema": 1 }, "numTraining": 2, "file_ending": ".nii.gz" }
            """);
        var dataset = _data.ReadDatasetJson(path);
        CollectionAssert.AreEqual(new[] { "a", "b" }, dataset.Cases.Select(c => c.Id).ToArray());
        CollectionAssert.AreEqual(
            new[] { "a_0000.nii.gz", "a_0001.nii.gz" },
            dataset.Cases[0].ImagePaths.Select(Path.GetFileName).ToArray()
        );
        Assert.AreEqual(_folder["labelsTr/b.nii.gz"], dataset.Cases[1].LabelPath);
        CollectionAssert.AreEqual(new[] { "background", "oedema", "tumour" }, dataset.Classes.Select(c => c.Name).ToArray());
        CollectionAssert.AreEqual(new[] { "T1", "FLAIR" }, dataset.ChannelNames.ToArray());
    }

    [TestMethod]
    public void ReadDatasetJson_NnUNet1_FindsNumberedFilesOfListedNames()
    {
        Touch("imagesTr/a_0000.nii.gz", "imagesTr/a_0001.nii.gz", "labelsTr/a.nii.gz", "imagesTs/t_0000.nii.gz", "imagesTs/t_0001.nii.gz");
        var path = _folder.Write("dataset.json", """
            { "modality": { "0": "T1", "1": "T2" }, "labels": { "0": "background", "1": "x" },
              "training": [ { "image": "./imagesTr/a.nii.gz", "label": "./labelsTr/a.nii.gz" } ], "test": [ "./imagesTs/t.nii.gz" ] }
            """);
        var dataset = _data.ReadDatasetJson(path);
        Assert.AreEqual("a", dataset.Cases.Single().Id);
        Assert.AreEqual(2, dataset.Cases.Single().ImagePaths.Count);
        Assert.AreEqual("t", dataset.TestCases.Single().Id);
        Assert.AreEqual(2, dataset.TestCases.Single().ImagePaths.Count);
    }

    [TestMethod]
    public void ReadDatasetJson_ManyFaults_TellsAllAtOnce()
    {
        Touch("imagesTr/a.nii.gz", "labelsTr/a.nii.gz");
        var path = _folder.Write("dataset.json", """
            { "labels": { "0": "background", "tumour": [1, 2] }, "numTraining": 7,
              "training": [ { "image": "imagesTr/a.nii.gz", "label": "labelsTr/a.nii.gz" }, { "image": "imagesTr/a.nii.gz", "label": "labelsTr/a.nii.gz" },
                            { "image": "imagesTr/gone.nii.gz", "label": "labelsTr/a.nii.gz" }, { "label": "labelsTr/a.nii.gz" } ] }
            """);
        var fault = Assert.ThrowsExactly<InputDataException>(() => _data.ReadDatasetJson(path));
        foreach (
            var fact in new[]
            {
                path,
                "tumour",
                "regions",
                "\"numTraining\" is 7",
                "'a' occurs 2 times",
                "gone.nii.gz",
                "[3] names no image",
            }
        )
        {
            StringAssert.Contains(fault.Message, fact);
        }
    }

    [TestMethod]
    public void ReadDatasetJson_NnUNet2WithMissingChannelAndLabel_NamesBoth()
    {
        Touch("imagesTr/a_0000.nii.gz", "imagesTr/b_0000.nii.gz", "imagesTr/b_0001.nii.gz", "labelsTr/a.nii.gz");
        var path = _folder.Write("dataset.json", """
            { "channel_names": { "0": "T1", "1": "FLAIR" }, "labels": { "background": 0 }, "file_ending": ".nii.gz" }
            """);
        var fault = Assert.ThrowsExactly<InputDataException>(() => _data.ReadDatasetJson(path));
        StringAssert.Contains(fault.Message, "The case 'a' has the channel files _0000; it needs _0000 to _0001");
        StringAssert.Contains(fault.Message, "has no label file named 'b'");
    }

    [TestMethod]
    [DataRow("{ \"labels\": ", "not valid JSON")]
    [DataRow("[1]", "holds a JSON Array")]
    [DataRow("{ \"labels\": { \"0\": \"b\" } }", "neither \"training\" (Decathlon, MONAI) nor \"dataset\" or \"file_ending\"")]
    [DataRow("{ \"training\": 3 }", "must be an array")]
    public void ReadDatasetJson_NotADataset_SaysWhatIsMissing(string json, string fact)
    {
        var fault = Assert.ThrowsExactly<InputDataException>(() => _data.ReadDatasetJson(_folder.Write("dataset.json", json)));
        StringAssert.Contains(fault.Message, fact);
    }

    [TestMethod]
    public void Read_FolderWithoutAnyList_SaysWhatItLookedFor()
    {
        var fault = Assert.ThrowsExactly<FileNotFoundException>(() => _data.Read(_folder.Path));
        StringAssert.Contains(fault.Message, "dataset.json");
        StringAssert.Contains(fault.Message, "imagesTr");
    }

    private void Touch(params string[] paths) => Array.ForEach(paths, path => _folder.Write(path, ""));
}
