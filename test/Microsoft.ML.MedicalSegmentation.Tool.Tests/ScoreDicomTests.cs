using System.Text.Json;
using Microsoft.ML.MedicalSegmentation;
using Microsoft.ML.MedicalSegmentation.AspNetCore;
using static MedSeg.ScoreResults;

namespace MedSeg;

/// <summary>Scoring of DICOM series, to DICOM objects, and over DICOMweb.</summary>
[TestClass]
public sealed class ScoreDicomTests
{
    private static string Model => SharedModel.Path;

    [TestMethod]
    public void Score_StudyOfNestedSeries_ScoresEverySeries()
    {
        var study = TestData.RequireCase("score-folders/study");
        using var folder = new TemporaryFolder();
        var flat = Directory.CreateDirectory(folder["flat"]).FullName;
        foreach (var file in Directory.GetFiles(study, "*.dcm", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(flat, $"{Path.GetFileName(Path.GetDirectoryName(file))}-{Path.GetFileName(file)}"));
        }

        CollectionAssert.AreEqual(
            new[] { "SE1 scored", "SE2 scored" },
            Statuses(ProgramRun.Medseg(folder.Path, "score", study, "-m", Model, "-o", "out", "--json").Expect(0))
        );
        Assert.AreEqual(2, Statuses(ProgramRun.Medseg(folder.Path, "score", "flat", "-m", Model, "-o", "out2", "--json").Expect(0)).Length);
    }

    [TestMethod]
    [DataRow("dicom-seg", ".seg.dcm")]
    [DataRow("rtstruct", ".rtstruct.dcm")]
    public void Score_OfADicomSeriesAsDicom_HasTheVoxelsOfTheNiftiLabels(string format, string ending)
    {
        using var folder = new TemporaryFolder();
        var study = Path.GetFullPath(TestData.RequireData("formats/seg/dcmqi/23x38x3/multiframe"));
        string[] report = format == "dicom-seg" ? ["--report"] : [];
        ProgramRun.Medseg(folder.Path, "score", study, "-m", Model, "-o", "nifti").Expect(0);
        ProgramRun.Medseg(folder.Path, ["score", study, "-m", Model, "-o", "dicom", "--format", format, .. report]).Expect(0);

        var expected = VolumeFormats.OpenLabels(Directory.GetFiles(folder["nifti"], "*.nii.gz").Single());
        var path = Directory.GetFiles(folder["dicom"], $"*{ending}").Single();
        var found = format == "dicom-seg"
            ? DicomSegmentation.Read(path).ToLabelsOn(expected.Shape, expected.Geometry)
            : DicomStructureSet.Read(path).ToLabelsOn(expected.Shape, expected.Geometry);
        Assert.IsTrue(expected.Voxels.Bytes.SequenceEqual(found.Voxels.Bytes));
        Assert.AreEqual(report.Length, Directory.GetFiles(folder["dicom"], "*.report.dcm").Length);
    }

    [TestMethod]
    public void Score_OfNiftiAsDicom_SaysThatItNeedsASeries()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.WriteImages(folder, 1);
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "score", "in", "-m", Model, "-o", "out", "--format", "rtstruct").Expect(2).Errors,
            "not a DICOM series"
        );
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "score", "in", "-m", Model, "-o", "out", "--format", "docx").Expect(2).Errors,
            "dicom-seg"
        );
    }

    [TestMethod]
    public async Task Score_OfAStudyOnOrthanc_StoresSegmentationAndReportOnce()
    {
        using var folder = new TemporaryFolder();
        using var orthanc = await OrthancServer.Start(folder);
        using var http = new HttpClient();
        var files = Directory.GetFiles(TestData.RequireData("formats/seg/dcmqi/23x38x3/multiframe"));
        foreach (var file in files)
        {
            using var added = await http.PostAsync(
                new Uri(orthanc.Root, "/instances"),
                new ByteArrayContent(await File.ReadAllBytesAsync(file))
            );
            added.EnsureSuccessStatusCode();
        }

        var study = JsonDocument
            .Parse(await http.GetStringAsync($"{orthanc.Root}/studies"))
            .RootElement[0]
            .GetProperty("0020000D")
            .GetProperty("Value")[0]
            .GetString()!;
        string[] arguments =
        [
            "score",
            "--dicomweb",
            $"{orthanc.Root}",
            "--study",
            study,
            "-m",
            Model,
            "--format",
            "dicom-seg",
            "--report",
            "--store",
        ];
        ProgramRun.Medseg(folder.Path, [.. arguments, "-o", "first"]).Expect(0);
        ProgramRun.Medseg(folder.Path, [.. arguments, "-o", "second"]).Expect(0);

        Assert.AreEqual(files.Length + 2, (await orthanc.Statistics(http)).GetProperty("CountInstances").GetInt32());
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "score", "--dicomweb", $"{orthanc.Root}", "--study", "1.2.3", "-m", Model).Expect(2).Errors,
            "no image series"
        );
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "score", "--dicomweb", $"{orthanc.Root}", "-m", Model).Expect(2).Errors,
            "--study"
        );
    }
}
