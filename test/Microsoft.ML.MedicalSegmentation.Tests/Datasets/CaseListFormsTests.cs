using System.Text;
using Microsoft.ML.MedicalSegmentation.Formats.Png;

namespace Microsoft.ML.MedicalSegmentation.Datasets;

/// <summary>The forms in which users write lists of cases, and name files.</summary>
[TestClass]
public sealed class CaseListFormsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SegmentationDataCatalog _data = new MLContext(1).MedicalSegmentation().Data;

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow("""{ "a": { "images": ["x/p_0000.nii.gz", "x/p_0001.nii.gz"], "label": "y/p.nii.gz" } }""")]
    [DataRow("""{ "a": { "images": ["./x/p_0000.nii.gz", "x\\p_0001.nii.gz"], "label": "y\\p.nii.gz" } }""")]
    [DataRow("""{ "a": { "image": ["$MEDSEG_LIST_TEST/p_0000.nii.gz", "${MEDSEG_LIST_TEST}/p_0001.nii.gz"], "label": ["y/p.nii.gz"] } }""")]
    public void DatasetKey_PathsInEveryForm_AreFound(string mapped)
    {
        Environment.SetEnvironmentVariable("MEDSEG_LIST_TEST", _folder["x"]);
        Touch("x/p_0000.nii.gz", "x/p_0001.nii.gz", "y/p.nii.gz");
        var found = Json(
            $$"""{ "channel_names": { "0": "A", "1": "B" }, "labels": { "background": 0, "x": 1 }, "numTraining": 1, "dataset": {{mapped}} }"""
        )
            .Cases.Single();
        Assert.AreEqual("a", found.Id);
        CollectionAssert.AreEqual(new[] { _folder["x/p_0000.nii.gz"], _folder["x/p_0001.nii.gz"] }, found.ImagePaths.ToArray());
        Assert.AreEqual(_folder["y/p.nii.gz"], found.LabelPath);
    }

    [TestMethod]
    [DataRow("""{ "a": { "images": ["a.nii"] } }""", "'a' names no label")]
    [DataRow("""{ "a": { "label": "a.nii" } }""", "\"dataset\": \"a\" names no image")]
    [DataRow("""{ "a": 3 }""", "\"dataset\": \"a\" names no image")]
    [DataRow("""{ "a": { "images": ["a.nii", "b.nii"], "label": "a.nii" } }""", "2 image files; the data set names 1")]
    [DataRow("""{ "a": { "images": ["a.nii"], "label": ["a.nii", "b.nii"] } }""", "names 2 label files")]
    [DataRow("""{ "a": { "images": ["a\u0000.nii"], "label": "a.nii" } }""", "names no image")]
    [DataRow("""{ "a": { "images": ["gone.nii"], "label": "a.nii" } }""", "gone.nii', which does not exist")]
    public void DatasetKey_Faults_NameTheCase(string mapped, string fact)
    {
        Touch("a.nii", "b.nii");
        var path = _folder.Write("dataset.json", $$"""{ "channel_names": ["A"], "labels": ["background", "x"], "dataset": {{mapped}} }""");
        StringAssert.Contains(Assert.ThrowsExactly<InputDataException>(() => _data.Read(path)).Message, fact);
    }

    [TestMethod]
    [DataRow("""[{ "image": ["i/p_flair.nii", "i/p_t1.nii"], "label": "l/p.nii" }]""", "p")]
    [DataRow("""[{ "image": ["i/flair_p.nii", "i/t1_p.nii"], "label": ["l/p.nii"], "fold": 2 }]""", "p")]
    [DataRow("""[{ "images": ["i/p_0000.nii", "i/p_0001.nii"], "label": "l/p.nii" }]""", "p")]
    [DataRow("""[{ "image": ["q/t1.nii", "q/t2.nii"], "label": "l/p.nii" }]""", "p")]
    public void MonaiList_ChannelFiles_NameTheCaseByWhatTheyShare(string training, string name)
    {
        Touch(
            "i/p_flair.nii",
            "i/p_t1.nii",
            "i/flair_p.nii",
            "i/t1_p.nii",
            "i/p_0000.nii",
            "i/p_0001.nii",
            "q/t1.nii",
            "q/t2.nii",
            "l/p.nii"
        );
        var found = Json($$"""{ "training": {{training}} }""").Cases.Single();
        Assert.AreEqual(name, found.Id);
        Assert.AreEqual(2, found.ImagePaths.Count);
        Assert.AreEqual(_folder["l/p.nii"], found.LabelPath);
    }

    [TestMethod]
    public void MonaiList_SameNamesInFoldersOfPatients_AreToldApartAndGrouped()
    {
        Touch("p1/a/scan.nii", "p1/b/scan.nii", "p2/a/scan.nii", "seg.nii");
        var cases = Json("""
            { "modality": "CT", "training": [ { "image": "p1/a/scan.nii", "label": "seg.nii", "patient": "one" }, { "image": "p1/b/scan.nii", "label": "seg.nii", "patient": "one" },
              { "image": "p2/a/scan.nii", "label": "seg.nii", "patient": 2 } ], "validation": [ { "image": "p1/a/scan.nii", "label": "seg.nii" } ] }
            """);
        CollectionAssert.AreEqual(new[] { "p1_a_scan", "b_scan", "p2_a_scan" }, cases.Cases.Select(c => c.Id).ToArray());
        CollectionAssert.AreEqual(new[] { "one", "one", "2" }, cases.Cases.Select(c => c.Group).ToArray());
        Assert.AreEqual("scan", cases.TestCases.Single().Id);
        var rows = cases.ToDataView(new MLContext(1));
        Assert.IsNotNull(rows.Schema.GetColumnOrNull(SegmentationDataset.GroupColumn));
    }

    [TestMethod]
    [DataRow("""{ "background": 0, "x": 1, "ignore": 2 }""")]
    [DataRow("""{ "background": [0], "x": [1], "ignore": [2] }""")]
    [DataRow("""{ "0": "background", "1": "x", "2": "ignore" }""")]
    [DataRow("""{ "background": "0", "x": "1", "ignore": "2" }""")]
    [DataRow("""{ "background": 0, "x": 1.0, "Ignore": 2 }""")]
    [DataRow("""["background", "x", "ignore"]""")]
    public void Labels_InEveryForm_NameClassesAndTheIgnoredValue(string labels)
    {
        Touch("a.nii");
        var classes = Json($$"""{ "labels": {{labels}}, "training": [{ "image": "a.nii", "label": "a.nii" }] }""").Classes;
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, classes.Select(c => c.Value).ToArray());
        CollectionAssert.AreEqual(new[] { false, false, true }, classes.Select(c => c.IsIgnored).ToArray());
        Assert.AreEqual("x", classes[1].Name);
    }

    [TestMethod]
    [DataRow("""{ "background": 1, "ignore": 0 }""", "\"ignore\": 0")]
    [DataRow("""{ "background": 0, "whole": [1, 2] }""", "\"regions_class_order\" does not list 1 label values")]
    [DataRow("""{ "background": 0, "whole": [1, 2.5] }""", "a region is one name and a list of label values")]
    [DataRow("""[ "background", 3 ]""", "\"labels\"[1] is 3")]
    [DataRow("3", "no \"labels\" object")]
    public void Labels_ThatCannotBeUsed_AreNamed(string labels, string fact)
    {
        Touch("a.nii");
        var path = _folder.Write("dataset.json", $$"""{ "labels": {{labels}}, "training": [{ "image": "a.nii", "label": "a.nii" }] }""");
        StringAssert.Contains(Assert.ThrowsExactly<InputDataException>(() => _data.Read(path)).Message, fact);
    }

    [TestMethod]
    public void Labels_OfSeveralValues_AreRegionsOfClasses()
    {
        Touch("a.nii");
        var dataset = Json("""
            { "labels": { "background": 0, "whole": [1, 2, 3], "core": [2, 3], "necrosis": 3, "ignore": 4 }, "regions_class_order": [1, 2, 3],
              "training": [{ "image": "a.nii", "label": "a.nii" }] }
            """
        );
        CollectionAssert.AreEqual(
            new[] { "0 background", "1 class 1", "2 class 2", "3 necrosis", "4 ignore" },
            dataset.Classes.Select(c => $"{c.Value} {c.Name}").ToArray()
        );
        Assert.IsTrue(dataset.Classes[4].IsIgnored);
        CollectionAssert.AreEqual(
            new[] { "whole 1,2,3 1", "core 2,3 2", "necrosis 3 3" },
            dataset.Regions.Select(r => $"{r.Name} {string.Join(',', r.Values)} {r.WrittenValue}").ToArray()
        );
        Assert.AreEqual(3, dataset.WithCases([]).Regions.Count);
        var planned = Planning.PlanningDataset.Of(dataset);
        Assert.AreEqual((true, 3, 4), (planned.HasRegions, planned.OutputChannels, planned.IgnoreValue));
        CollectionAssert.AreEqual(new[] { 1, 2, 3 }, planned.RegionsClassOrder.ToArray());
    }

    [TestMethod]
    [DataRow("patient_0001", "patient_0002")]
    [DataRow("patient0001", "patient0002")]
    [DataRow("20210304_0930", "20210304_1015")]
    [DataRow("scan_00001", "scan_00002")]
    [DataRow("s-0001_0000", "s-0001_0001")]
    [DataRow("0001", "0002")]
    [DataRow("_0001", "_0002")]
    public void Folders_NamesWithNumbersThatLabelsShare_AreCases(string first, string second)
    {
        Touch($"images/{first}.nii.gz", $"images/{second}.nii.gz", $"labels/{first}.nii.gz", $"labels/{second}.nii.gz");
        var dataset = _data.Read(_folder.Path);
        CollectionAssert.AreEqual(new[] { first, second }, dataset.Cases.Select(c => c.Id).ToArray());
        Assert.IsTrue(dataset.Cases.All(c => c.ImagePaths.Count == 1 && c.LabelPath is not null));
    }

    [TestMethod]
    public void Folders_ChannelNumbersAfterNumberedNames_AreChannels()
    {
        Touch(
            "imagesTr/patient_0001_0000.nii.gz",
            "imagesTr/patient_0001_0001.nii.gz",
            "imagesTr/patient_0002_0000.nii.gz",
            "imagesTr/patient_0002_0001.nii.gz"
        );
        Touch("labelsTr/patient_0001.nii.gz", "labelsTr/patient_0002.nii.gz");
        var dataset = _data.Read(_folder.Path);
        CollectionAssert.AreEqual(new[] { "patient_0001", "patient_0002" }, dataset.Cases.Select(c => c.Id).ToArray());
        Assert.IsTrue(dataset.Cases.All(c => c.ImagePaths.Count == 2));
    }

    [TestMethod]
    public void Folders_NumbersThatAreNeitherChannelsNorCases_AreAFaultThatSaysSo()
    {
        Touch("images/patient_0001.nii.gz", "images/patient_0003.nii.gz", "labels/patient.nii.gz");
        var fault = Assert.ThrowsExactly<InputDataException>(() => _data.Read(_folder.Path));
        StringAssert.Contains(fault.Message, "_0001, _0003; it needs _0000 to _0001");
        StringAssert.Contains(fault.Message, "the label file must have the same name");
    }

    [TestMethod]
    [DataRow(2, 8, "\"0\": \"R\", \"1\": \"G\", \"2\": \"B\"")]
    [DataRow(2, 16, "\"0\": \"R\", \"1\": \"G\", \"2\": \"B\"")]
    [DataRow(6, 8, "\"0\": \"R\", \"1\": \"G\", \"2\": \"B\", \"3\": \"A\"")]
    [DataRow(6, 16, "\"0\": \"R\", \"1\": \"G\", \"2\": \"B\", \"3\": \"A\"")]
    [DataRow(4, 8, "\"0\": \"grey\", \"1\": \"alpha\"")]
    [DataRow(4, 16, "\"0\": \"grey\", \"1\": \"alpha\"")]
    [DataRow(3, 8, "\"0\": \"R\", \"1\": \"G\", \"2\": \"B\"")]
    [DataRow(0, 16, "\"0\": \"grey\"")]
    public void NnUNet_OnePictureWithAllChannels_IsACase(int colorType, int depth, string channels)
    {
        WritePicture("imagesTr/a_0000.png", colorType, depth);
        WritePicture("imagesTr/b_0000.png", colorType, depth);
        Touch("labelsTr/a.png", "labelsTr/b.png");
        var dataset = Json(
            $$"""{ "channel_names": { {{channels}} }, "labels": { "background": 0, "x": 1 }, "numTraining": 2, "file_ending": ".png" }"""
        );
        CollectionAssert.AreEqual(new[] { "a", "b" }, dataset.Cases.Select(c => c.Id).ToArray());
        Assert.AreEqual(dataset.ChannelNames.Count, VolumeFormats.Open(dataset.Cases[0].ImagePaths.Single()).Shape.Channels);
    }

    [TestMethod]
    public void NnUNet_OnePictureWithOtherChannels_SaysHowMany()
    {
        WritePicture("imagesTr/a_0000.png", 6, 8);
        Touch("labelsTr/a.png");
        var path = _folder.Write(
            "dataset.json",
            """{ "channel_names": { "0": "R", "1": "G", "2": "B" }, "labels": { "background": 0, "x": 1 }, "file_ending": ".png" }"""
        );
        StringAssert.Contains(
            Assert.ThrowsExactly<InputDataException>(() => _data.Read(path)).Message,
            "a_0000.png' holds 4 channels; the data set names 3"
        );
    }

    [TestMethod]
    public void NnUNet1_ListedPictureInColour_IsFoundByItsNumber()
    {
        WritePicture("imagesTr/a_0000.png", 2, 8);
        Touch("labelsTr/a.png");
        var found = Json(
            """{ "modality": { "0": "R", "1": "G", "2": "B" }, "labels": { "0": "b", "1": "x" }, "training": [{ "image": "imagesTr/a.png", "label": "labelsTr/a.png" }] }"""
        )
            .Cases.Single();
        Assert.AreEqual(("a", _folder["imagesTr/a_0000.png"]), (found.Id, found.ImagePaths.Single()));
    }

    [TestMethod]
    [DataRow("CaseId,ImagePath,LabelPath,patient_id")]
    [DataRow("case_id,image_path,mask,Patient")]
    [DataRow("id,Image,segmentation,subject")]
    [DataRow("name,img_file,label_file,group")]
    public void Table_ColumnNamesInUse_AreFound(string header)
    {
        Touch("a.nii", "l.nii");
        var found = _data.Read(_folder.Write("t.csv", $"{header}\np,a.nii,l.nii,one\n")).Cases.Single();
        Assert.AreEqual(
            ("p", _folder["a.nii"], _folder["l.nii"], "one"),
            (found.Id, found.ImagePaths.Single(), found.LabelPath, found.Group)
        );
    }

    [TestMethod]
    [DataRow("image,image2")]
    [DataRow("image2,image1", true)]
    [DataRow("image_0001,image_0000", true)]
    [DataRow("ImagePath1,ImagePath2")]
    public void Table_NumberedImageColumns_AreChannelsInTheirOrder(string header, bool isReversed = false)
    {
        Touch("a_t1.nii", "a_t2.nii");
        var dataset = _data.Read(_folder.Write("t.csv", $"{header}\n{(isReversed ? "a_t2.nii,a_t1.nii" : "a_t1.nii,a_t2.nii")}\n"));
        CollectionAssert.AreEqual(new[] { "a_t1.nii", "a_t2.nii" }, dataset.Cases.Single().ImagePaths.Select(Path.GetFileName).ToArray());
        Assert.AreEqual("a", dataset.Cases[0].Id);
        Assert.AreEqual(2, dataset.ChannelNames.Count);
    }

    [TestMethod]
    [DataRow("image,ImagePath", "both name images")]
    [DataRow("image,label,mask", "both name labels")]
    public void Table_ColumnsThatMeanTheSame_AreAFault(string header, string fact) =>
        StringAssert.Contains(
            Assert.ThrowsExactly<InputDataException>(() => _data.Read(_folder.Write("t.csv", header + "\n"))).Message,
            fact
        );

    [TestMethod]
    [DataRow("utf-8", true)]
    [DataRow("utf-16", true)]
    [DataRow("utf-16BE", true)]
    [DataRow("latin1", false)]
    public void Table_OfSpreadsheets_IsReadInItsEncoding(string encoding, bool hasMark)
    {
        Touch("Müller.nii");
        var coder = Encoding.GetEncoding(encoding);
        File.WriteAllBytes(
            _folder["t.csv"],
            [.. hasMark ? coder.GetPreamble() : [], .. coder.GetBytes("sep=;\r\ncase;image\r\nMüller;Müller.nii\r\n")]
        );
        Assert.AreEqual("Müller", _data.Read(_folder["t.csv"]).Cases.Single().Id);
    }

    [TestMethod]
    public void Folder_OfImagesAlone_IsUnlabelled()
    {
        Touch("imagesTs/a_0000.nii.gz", "imagesTs/a_0001.nii.gz", "imagesTs/b_0000.nii.gz", "imagesTs/b_0001.nii.gz");
        var dataset = _data.Read(_folder.Path);
        CollectionAssert.AreEqual(new[] { "a", "b" }, dataset.Cases.Select(c => c.Id).ToArray());
        Assert.IsTrue(dataset.Cases.All(c => c.ImagePaths.Count == 2 && c.LabelPath is null));
    }

    private SegmentationDataset Json(string text) => _data.Read(_folder.Write("dataset.json", text));

    private void WritePicture(string path, int colorType, int depth)
    {
        var picture = new PngBytes(5, 4, depth, colorType, interlaced: false, (x, y, c) => (x + (2 * y) + (3 * c)) % 8);
        File.WriteAllBytes(
            _folder[path],
            (colorType == 3 ? picture.With("PLTE", [.. Enumerable.Range(0, 24).Select(i => (byte)(10 * i))]) : picture).ToArray()
        );
    }

    private void Touch(params string[] paths) => Array.ForEach(paths, path => _folder.Write(path, ""));
}
