using Microsoft.ML.MedicalSegmentation.Datasets.Validation;

namespace Microsoft.ML.MedicalSegmentation.ReportedCases;

/// <summary>Lists of cases that were refused or read wrongly by some tool.</summary>
[TestClass]
public sealed class ReportedDatasetTests
{
    private static readonly SegmentationDataCatalog Data = new MLContext(1).MedicalSegmentation().Data;

    // Every case of the folder has a test; the command line's are in the tool's tests.
    private static readonly string[] Tested =
    [
        "dicom-classic-acquisition-time",
        "dicom-enhanced-dimension-index",
        "dicom-enhanced-magnitude-phase",
        "dicom-nm-tomography",
        "dicom-no-pixel-spacing",
        "dicom-odd-value-representation",
        "dicom-phases-same-instance-number",
        "ds-dataset-key",
        "ds-duplicate-key",
        "ds-ignore-label",
        "ds-jpeg-masks",
        "ds-monai-image-list",
        "ds-names-ending-in-number",
        "ds-rgb-png",
        "ds-same-stem",
        "ds-slices-and-volumes",
        "ds-unlabelled-cases",
        "labels-float-rounding",
        "mha-latin1-text",
        "nifti-bzip2",
        "nifti-dim4-zero",
        "nifti-valid-sform-bad-quaternion",
        "nrrd-axis-mins",
        "nrrd-bzip2-two-streams",
        "ome-tiff-channels",
        "score-folders",
        "seg-labelmap-palette",
        "seg-nrrd-layers-as-labels",
        "seg-without-empty-slices-as-label",
        "tiff-white-is-zero-mask",
    ];

    [TestMethod]
    public void EveryReportedCase_HasATest()
    {
        var folders = Directory
            .EnumerateDirectories(TestData.RequireCase("."))
            .Select(Path.GetFileName)
            .Order(StringComparer.Ordinal)
            .ToArray();
        CollectionAssert.AreEqual(Tested, folders, "A case has no test yet: " + string.Join(", ", folders.Except(Tested)));
    }

    [TestMethod]
    public void Read_DatasetKey_TakesItsFiles()
    {
        var folder = TestData.RequireCase("ds-dataset-key/v2-datasetkey");
        var dataset = Data.Read(folder);
        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, dataset.Cases.Select(c => c.Id).ToArray());
        Assert.AreEqual(Path.GetFullPath(Path.Combine(folder, "other", "b_0000.nii.gz")), dataset.Cases[1].ImagePaths.Single());
        Assert.AreEqual(Path.GetFullPath(Path.Combine(folder, "labelsTr", "b.nii.gz")), dataset.Cases[1].LabelPath);
        AssertClean(folder);
    }

    [TestMethod]
    public void Read_DuplicateKey_NamesFileAndField()
    {
        var folder = TestData.RequireCase("ds-duplicate-key/dupkey");
        var fault = Assert.ThrowsExactly<InputDataException>(() => Data.Read(folder));
        StringAssert.Contains(fault.Message, Path.Combine(folder, "dataset.json"));
        StringAssert.Contains(fault.Message, "\"channel_names\" has the key \"0\" 2 times");
    }

    [TestMethod]
    public void Read_IgnoreLabel_IsNoClass()
    {
        var folder = TestData.RequireCase("ds-ignore-label/v2-ignore");
        var dataset = Data.Read(folder);
        Assert.AreEqual(2, dataset.Classes.Single(c => c.IsIgnored).Value);
        CollectionAssert.AreEqual(new[] { 0, 1 }, dataset.Classes.Where(c => !c.IsIgnored).Select(c => c.Value).ToArray());
        AssertClean(folder);
    }

    [TestMethod]
    public void Validate_JpegMasks_WarnsOfLossAndOfRareValues()
    {
        var report = Data.Validate(TestData.RequireCase("ds-jpeg-masks/jpgmask"));
        Assert.AreEqual(FindingSeverity.Warning, report.Worst);
        Assert.AreEqual(3, report.Findings.Count(f => f.Code == FindingCodes.LabelLossy));
        StringAssert.Contains(report.Findings.Single(f => f.Code == FindingCodes.LabelRareValues).Message, "29 values");
    }

    [TestMethod]
    public void Read_MonaiImageList_GivesChannelsAndTestCases()
    {
        var folder = TestData.RequireCase("ds-monai-image-list/monai-list");
        var dataset = Data.Read(folder);
        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, dataset.Cases.Select(c => c.Id).ToArray());
        CollectionAssert.AreEqual(
            new[] { "b_0000.nii.gz", "b_0001.nii.gz" },
            dataset.Cases[1].ImagePaths.Select(Path.GetFileName).ToArray()
        );
        Assert.AreEqual(2, dataset.TestCases.Single().ImagePaths.Count);
        CollectionAssert.AreEqual(new[] { "T1", "T2" }, dataset.ChannelNames.ToArray());
    }

    [TestMethod]
    public void Read_NamesThatEndInANumber_AreCases()
    {
        var folder = TestData.RequireCase("ds-names-ending-in-number/folder-patient0001");
        var dataset = Data.Read(folder);
        CollectionAssert.AreEqual(new[] { "patient_0001", "patient_0002", "patient_0003" }, dataset.Cases.Select(c => c.Id).ToArray());
        Assert.IsTrue(
            dataset.Cases.All(c => c.ImagePaths.Count == 1 && Path.GetFileName(c.LabelPath) == Path.GetFileName(c.ImagePaths[0]))
        );
        AssertClean(folder);
    }

    [TestMethod]
    public void Read_PicturesInColour_HoldTheirChannelsInOneFile()
    {
        var folder = TestData.RequireCase("ds-rgb-png/nn-rgbpng");
        var dataset = Data.Read(folder);
        CollectionAssert.AreEqual(new[] { "img-1", "img-2", "img-3" }, dataset.Cases.Select(c => c.Id).ToArray());
        Assert.IsTrue(dataset.Cases.All(c => c.ImagePaths.Count == 1));
        Assert.IsFalse(Data.Validate(folder).Findings.Any(f => f.Severity == FindingSeverity.Error));
    }

    [TestMethod]
    public void Validate_SlicesAmongVolumes_Warns()
    {
        var finding = Data.Validate(TestData.RequireCase("ds-slices-and-volumes/oneslice-mixed"))
            .Findings.Single(f => f.Code == FindingCodes.SlicesAndVolumes);
        Assert.AreEqual(FindingSeverity.Warning, finding.Severity);
        StringAssert.Contains(finding.Message, "1 of 3 images are single slices (a)");
    }

    [TestMethod]
    [DataRow("dataset.json", true)]
    [DataRow("t.csv", false)]
    [DataRow("t2.csv", false)]
    [DataRow("x", false)]
    public void Read_UnlabelledCasesOfSeveralFiles_HaveNamesAndChannels(string list, bool areForTesting)
    {
        var dataset = Data.Read(TestData.RequireCase(Path.Combine("ds-unlabelled-cases/ts2", list)));
        var cases = areForTesting ? dataset.TestCases : dataset.Cases;
        Assert.AreEqual("a", cases[0].Id);
        CollectionAssert.AreEqual(new[] { "a_0000.nii.gz", "a_0001.nii.gz" }, cases[0].ImagePaths.Select(Path.GetFileName).ToArray());
        Assert.IsTrue(cases.All(c => c.LabelPath is null));
    }

    [TestMethod]
    public void Validate_SegmentationsWithoutEmptySlices_AreWhole()
    {
        var report = Data.Validate(TestData.RequireCase("seg-without-empty-slices-as-label/dicom-seg"));
        Assert.AreEqual(FindingSeverity.Note, report.Worst);
        Assert.AreEqual(FindingCodes.LabelPlaced, report.Findings.Single().Code);
        Assert.AreEqual(2L * 16 * 14 * 8, report.Classes.Sum(c => c.Voxels));
    }

    private static void AssertClean(string folder)
    {
        var report = Data.Validate(folder);
        Assert.IsNull(report.Worst, string.Join("; ", report.Findings));
    }
}
