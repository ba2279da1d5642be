using System.Globalization;
using System.Text;
using Microsoft.ML.MedicalSegmentation.Datasets.Validation;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Nifti;

namespace Microsoft.ML.MedicalSegmentation.ReportedCases;

/// <summary>Volumes and data sets like those of public reports about other tools; each test names its report.</summary>
[TestClass]
public sealed class PublicReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SegmentationDataCatalog _data = new MLContext(1).MedicalSegmentation().Data;

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// https://github.com/JuliaNeuroscience/NIfTI.jl/issues/14, https://github.com/layerfMRI/LAYNII/issues/26,
    /// https://github.com/nipreps/fmriprep/issues/2507.
    /// </summary>
    [TestMethod]
    [DataRow(0f, 0f)]
    [DataRow(0f, 5f)]
    [DataRow(float.NaN, float.NaN)]
    [DataRow(float.PositiveInfinity, 0f)]
    public void Nifti_SlopeThatIsNone_ScalesNothing(float slope, float intercept)
    {
        var file = new NiftiBytes().Type(2, 8).Scaling(slope, intercept).With(0, 1, 2, 3, 4, 5, 6, 7);
        Assert.AreEqual(7.0, NiftiBytes.Read(file).GetValue(0, 1, 1, 1));
        File.WriteAllBytes(_folder["mask.nii"], file);
        Assert.AreEqual(7, VolumeFormats.OpenLabels(_folder["mask.nii"])[1, 1, 1]);
    }

    /// <summary>https://github.com/nipy/nibabel/issues/1002: an image full of NaN.</summary>
    [TestMethod]
    public void Validate_NotANumber_IsFoundBeforeTraining()
    {
        VolumeFormats.Save(Volume.Create(new[] { 1, float.NaN, 3, 4 }, new(1, 1, 2, 2)), _folder["a.nii"]);
        var report = _data.Validate(new SegmentationDataset("x", [new("a", [_folder["a.nii"]], null)]));
        StringAssert.Contains(report.Findings.Single(f => f.Code == FindingCodes.NonFinite).Message, "1 of 4 voxels are NaN");
    }

    /// <summary>
    /// https://github.com/Project-MONAI/MONAI/issues/7371, /7912 and /3356: NRRD whose axes are not those of the patient.
    /// </summary>
    [TestMethod]
    [DataRow("left-posterior-superior", "(0,2,0) (0,0,-3) (-1.5,0,0)", "PIR")]
    [DataRow("right-anterior-superior", "(0,2,0) (0,0,-3) (-1.5,0,0)", "AIL")]
    [DataRow("LPS", "(0.767578125,0,0) (0,0.767578125,0) (0,0,1)", "LPS")]
    [DataRow("left-anterior-superior", "(1,0,0) (0,1,0) (0,0,1)", "LAS")]
    public void Nrrd_TurnedAxes_LieWhereTheHeaderSays(string space, string directions, string code)
    {
        var text =
            $"NRRD0004\ntype: uint8\ndimension: 3\nspace: {space}\nsizes: 2 3 4\nspace directions: {directions}\nencoding: raw\n"
            + "space origin: (10,20,30)\n\n";
        var volume = VolumeFormats.Open(
            VolumeSource.FromStream(
                new MemoryStream([.. Encoding.ASCII.GetBytes(text), .. Enumerable.Range(0, 24).Select(i => (byte)i)]),
                "x.nrrd"
            )
        );
        Assert.AreEqual(code, volume.Geometry.OrientationCode);
        Assert.AreEqual(new VolumeShape(1, 4, 3, 2), volume.Shape);
        Assert.AreEqual(23.0, volume.GetValue(0, 3, 2, 1));
    }

    /// <summary>
    /// https://github.com/Project-MONAI/MONAI/issues/2090, https://github.com/wasserth/TotalSegmentator/issues/20 and /413: labels that
    /// other tools show elsewhere.
    /// </summary>
    [TestMethod]
    [DataRow(".nii.gz")]
    [DataRow(".nrrd")]
    [DataRow(".mha")]
    public void Save_LabelsOfAnObliqueImage_LieWhereTheImageLies(string ending)
    {
        var (sin, cos) = Math.SinCos(0.3);
        var geometry = new VolumeGeometry(
            new AffineTransform(new(0.8 * cos, 0.8 * sin, 0), new(-0.8 * sin, 0.8 * cos, 0), new(0, 0, -2.5), new(-31, 17, 99))
        );
        VolumeFormats.Save(LabelVolume.Create(new byte[60], new(1, 3, 4, 5), geometry), _folder["labels" + ending]);
        Assert.IsTrue(VolumeFormats.OpenLabels(_folder["labels" + ending]).Geometry.LargestDifference(geometry, new(1, 3, 4, 5)) < 1e-4);
    }

    /// <summary>https://github.com/MIC-DKFZ/nnUNet/issues/1644, /1244, /448 and /2616: names with and without channel numbers.</summary>
    [TestMethod]
    [DataRow("BLB_404", "imagesTr/BLB_404_0000.nii.gz", "imagesTr/BLB_404.nii.gz")]
    [DataRow("myproj_10", "imagesTr/myproj_10_0000.nii.gz", "imagesTr/myproj_10_0000.nii.gz")]
    [DataRow("scan_001", "imagesTr/scan_001_0000.nii.gz", "imagesTr/scan_001.nii.gz")]
    [DataRow("case_0000", "imagesTr/case_0000_0000.nii.gz", "imagesTr/case_0000.nii.gz")]
    [DataRow("case_0000_0000", "imagesTr/case_0000_0000.nii.gz", "imagesTr/case_0000_0000.nii.gz")]
    public void NnUNet_NamesWithNumbers_FindTheirFiles(string name, string file, string listed)
    {
        _folder.Write(file, "");
        _folder.Write($"labelsTr/{name}.nii.gz", "");
        var dataset = _data.Read(
            _folder.Write(
                "dataset.json",
                $$"""
                { "modality": { "0": "MR" }, "labels": { "0": "background", "1": "x" }, "training": [{ "image": "./{{listed}}", "label": "./labelsTr/{{name}}.nii.gz" }] }
                """
            )
        );
        Assert.AreEqual((name, _folder[file]), (dataset.Cases.Single().Id, dataset.Cases[0].ImagePaths.Single()));
    }

    /// <summary>https://github.com/MIC-DKFZ/nnUNet/issues/1183: BraTS has the value 4, which the list does not name.</summary>
    [TestMethod]
    public void Validate_ValueThatIsNoClass_NamesFileAndValue()
    {
        VolumeFormats.Save(Volume.Create(new float[] { 1, 2, 3, 4 }, new(1, 1, 2, 2)), _folder["i.nii"]);
        VolumeFormats.Save(LabelVolume.Create([0, 1, 2, 4], new(1, 1, 2, 2)), _folder["l.nii"]);
        var report = _data.Validate(
            new SegmentationDataset(
                "x",
                [new("a", [_folder["i.nii"]], _folder["l.nii"])],
                [new(0, "b"), new(1, "n"), new(2, "o"), new(3, "e")]
            )
        );
        var finding = report.Findings.Single(f => f.Code == FindingCodes.LabelUndeclared);
        Assert.AreEqual(_folder["l.nii"], finding.File);
        StringAssert.Contains(finding.Message, "4 (1 voxels)");
    }

    /// <summary>
    /// https://github.com/nipy/nibabel/issues/480: slope and intercept of a phase image are applied, and kept apart from what is stored.
    /// </summary>
    [TestMethod]
    public void Nifti_SlopeAndIntercept_AreApplied()
    {
        var volume = NiftiBytes.Read(new NiftiBytes().Type(2, 8).Scaling(0.106186f, -217.391312f).With(0, 1, 2, 3, 4, 5, 6, 200));
        Assert.AreEqual((200 * 0.106186) - 217.391312, volume.GetValue(0, 1, 1, 1), 1e-4);
        Assert.AreEqual(200, volume.Bytes[7]);
        StringAssert.StartsWith(volume.Scaling.Slope.ToString(CultureInfo.InvariantCulture), "0.10618");
    }
}
