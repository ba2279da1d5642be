namespace Microsoft.ML.MedicalSegmentation.ReportedCases;

/// <summary>Volumes that were read wrongly by some tool.</summary>
[TestClass]
public sealed class ReportedVolumeTests
{
    [TestMethod]
    [DataRow("dicom-classic-acquisition-time", "classic-acqtime-rot", "acquisition time")]
    [DataRow("dicom-enhanced-dimension-index", "enh-dimindex-rot.dcm", "dimension index 3")]
    [DataRow("dicom-enhanced-magnitude-phase", "enh-mixed-2files", "complex component")]
    [DataRow("dicom-phases-same-instance-number", "dyn-sameinstance", "acquisition time")]
    [DataRow("dicom-no-pixel-spacing", "no-ps", "no Pixel Spacing")]
    [DataRow("dicom-odd-value-representation", "vr-qq", null)]
    [DataRow("dicom-odd-value-representation", "vr-implicit-inside", null)]
    public void Open_DicomImages_GivesPureChannelsAndTheValues(string folder, string input, string? note)
    {
        var volume = VolumeFormats.Open(TestData.RequireCase(Path.Combine(folder, input)));
        ReportedCase.AssertEqual(folder, volume);
        Assert.AreEqual("LPS", volume.Geometry.OrientationCode);
        Assert.AreEqual(new Vector3D(-10, -20, 0), volume.Geometry.Origin);
        var notes = string.Join(' ', volume.Header?.Notes ?? []);
        StringAssert.Contains(notes, note ?? "");
        Assert.AreEqual(note is null, notes.Length == 0, notes);
    }

    [TestMethod]
    public void Open_NuclearTomography_TakesPlaceAndNegativeSpacingOfTheDetector()
    {
        var volume = VolumeFormats.Open(TestData.RequireCase("dicom-nm-tomography/nm-neg.dcm"));
        ReportedCase.AssertEqual("dicom-nm-tomography", volume);
        Assert.AreEqual(new Vector3D(-10, -20, 30), volume.Geometry.Origin);
        Assert.AreEqual("LPI", volume.Geometry.OrientationCode);
        AssertSpacing(volume, 0.8, 0.7, 3);
    }

    [TestMethod]
    public void Open_OmeTiff_HasChannelsAndPhysicalSize()
    {
        var volume = VolumeFormats.Open(TestData.RequireCase("ome-tiff-channels/ome-cz.ome.tif"));
        ReportedCase.AssertEqual("ome-tiff-channels", volume);
        AssertSpacing(volume, 0.0005, 0.0005, 0.002);
        Assert.AreEqual(0, volume.Header?.Notes.Count);
    }

    [TestMethod]
    [DataRow("nifti-bzip2/b.nii.bz2", null)]
    [DataRow("nifti-dim4-zero/dim0-4_dim4-0.nii", "dim[4] is 0")]
    [DataRow("nifti-valid-sform-bad-quaternion/sform-ok_quatern-bad.nii", "the sform was used")]
    public void Open_Nifti_ReadsShapeAndSForm(string input, string? note)
    {
        var volume = VolumeFormats.Open(TestData.RequireCase(input));
        Assert.AreEqual(new VolumeShape(1, 5, 6, 7), volume.Shape);
        AssertSpacing(volume, 1.2, 1.1, 2.5);
        Assert.AreEqual(0, (volume.Geometry.Origin - new Vector3D(3, 4, 5)).Length, 1e-5);
        AssertNotConstant(volume);
        StringAssert.Contains(string.Join(' ', volume.Header?.Notes ?? []), note ?? "");
    }

    [TestMethod]
    [DataRow("mha-latin1-text/latin1.mha", "not UTF-8")]
    [DataRow("nrrd-axis-mins/spacings-axismins.nrrd", "axis mins as the origin")]
    [DataRow("nrrd-bzip2-two-streams/bz2-multi.nrrd", null)]
    public void Open_TextHeaders_ReadPlaceAndVoxels(string input, string? note)
    {
        var volume = VolumeFormats.Open(TestData.RequireCase(input));
        Assert.AreEqual(new VolumeShape(1, 3, 4, 5), volume.Shape);
        AssertSpacing(volume, 1.5, 2, 3);
        Assert.AreEqual(new Vector3D(-10, -20, 30), volume.Geometry.Origin);
        AssertNotConstant(volume);
        StringAssert.Contains(string.Join(' ', volume.Header?.Notes ?? []), note ?? "");
    }

    private static void AssertSpacing(Volume volume, double x, double y, double z)
        => Assert.AreEqual(0, (volume.Geometry.Spacing - new Vector3D(x, y, z)).Length, 1e-6, $"{volume.Geometry.Spacing}");

    private static void AssertNotConstant(Volume volume)
        => Assert.AreNotEqual(volume.GetValue(0, 0, 0, 0), volume.GetValue(0, 2, 3, 4));
}
