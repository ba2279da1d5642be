namespace Microsoft.ML.MedicalSegmentation.Datasets;

[TestClass]
public sealed class CaseTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SegmentationDataCatalog _data = new MLContext(1).MedicalSegmentation().Data;

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow(',')]
    [DataRow(';')]
    [DataRow('\t')]
    public void ReadTable_AnyDelimiter_ResolvesPathsAgainstTheTable(char delimiter)
    {
        Touch("x/a.nii", "x/a_seg.nii");
        var path = _folder.Write(
            "x/cases.csv",
            $"Case{delimiter}Image{delimiter}Label{delimiter}Age\r\np1{delimiter}a.nii{delimiter}a_seg.nii{delimiter}7\r\n"
        );
        var found = _data.ReadTable(path).Cases.Single();
        Assert.AreEqual("p1", found.Id);
        Assert.AreEqual(_folder["x/a.nii"], found.ImagePaths.Single());
        Assert.AreEqual(_folder["x/a_seg.nii"], found.LabelPath);
    }

    [TestMethod]
    public void ReadTable_QuotedFields_KeepDelimitersAndQuotes()
    {
        Touch("a, b.nii");
        var path = _folder.Write("cases.csv", "case,image,note\n\"the \"\"first\"\"\",\"a, b.nii\",\"two\nlines\"\n");
        var found = _data.ReadTable(path).Cases.Single();
        Assert.AreEqual("the \"first\"", found.Id);
        Assert.AreEqual(_folder["a, b.nii"], found.ImagePaths.Single());
        Assert.IsNull(found.LabelPath);
    }

    [TestMethod]
    public void ReadTable_SeveralImageColumns_AreChannels()
    {
        Touch("t1.nii", "t2.nii");
        var dataset = _data.ReadTable(_folder.Write("cases.tsv", "T1\tT2\nt1.nii\tt2.nii\n"), ["T1", "T2"]);
        CollectionAssert.AreEqual(new[] { _folder["t1.nii"], _folder["t2.nii"] }, dataset.Cases[0].ImagePaths.ToArray());
        CollectionAssert.AreEqual(new[] { "T1", "T2" }, dataset.ChannelNames.ToArray());
    }

    [TestMethod]
    public void ReadTable_ManyFaults_TellsAllAtOnce()
    {
        Touch("a.nii");
        var path = _folder.Write("cases.csv", "case,image,label\np1,a.nii,a.nii\np1,a.nii,a.nii\np2,gone.nii,a.nii\np3,a.nii\np4,a.nii,\n");
        var fault = Assert.ThrowsExactly<InputDataException>(() => _data.ReadTable(path));
        foreach (
            var fact in new[]
            {
                path,
                "(4 faults)",
                "'p1' occurs 2 times",
                "gone.nii",
                "Line 5 has 2 fields",
                "Line 6 has nothing in column label",
            }
        )
        {
            StringAssert.Contains(fault.Message, fact);
        }
    }

    [TestMethod]
    public void ReadTable_NoSuchColumn_ListsTheColumns()
    {
        var path = _folder.Write("cases.csv", "case,picture\nx,y\n");
        var fault = Assert.ThrowsExactly<InputDataException>(() => _data.ReadTable(path));
        StringAssert.Contains(fault.Message, "no column 'image'");
        StringAssert.Contains(fault.Message, "case, picture");
    }

    [TestMethod]
    [DataRow("image\n\"a.nii\n", "does not end")]
    [DataRow("image\n", "no rows")]
    [DataRow("", "no column 'image'")]
    public void ReadTable_Malformed_SaysHow(string text, string fact)
    {
        var path = _folder.Write("cases.csv", text);
        var fault = Assert.ThrowsExactly<InputDataException>(() => _data.ReadTable(path));
        StringAssert.Contains(fault.Message, fact);
        StringAssert.Contains(fault.Message, path);
    }

    private void Touch(params string[] paths) => Array.ForEach(paths, path => _folder.Write(path, ""));
}
