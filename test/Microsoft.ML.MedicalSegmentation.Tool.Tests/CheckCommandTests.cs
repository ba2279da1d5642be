using System.Text.Json;
using Microsoft.ML.MedicalSegmentation;

namespace MedSeg;

[TestClass]
public sealed class CheckCommandTests
{
    [TestMethod]
    public void Check_WholeDataset_ReturnsZeroAndWritesTheFingerprint()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 3);
        var run = ProgramRun
            .MedsegProcess(folder.Path, "check", "data", "--json", "report.json", "--fingerprint", "fingerprint.json")
            .Expect(0);
        StringAssert.Contains(run.Output, "3 cases, 0 errors, 0 warnings");
        using var report = JsonDocument.Parse(File.ReadAllText(folder["report.json"]));
        Assert.AreEqual("medseg-dataset-report/1", report.RootElement.GetProperty("schema").GetString());
        Assert.AreEqual(3, report.RootElement.GetProperty("cases").GetArrayLength());
        Assert.AreEqual(3, DatasetFingerprint.Load(folder["fingerprint.json"]).Cases.Count);
    }

    [TestMethod]
    public void Check_MixedOrientations_ReturnsThree()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 3);
        var geometry = new VolumeGeometry(new AffineTransform(new(-1, 0, 0), new(0, -1, 0), new(0, 0, 1), default));
        foreach (var part in new[] { "images", "labels" })
        {
            VolumeFormats.Save(
                VolumeFormats.Open(folder[$"data/{part}/p1.nii.gz"]).WithGeometry(geometry),
                folder[$"data/{part}/p1.nii.gz"]
            );
        }

        StringAssert.Contains(ProgramRun.Medseg(folder.Path, "check", "data").Expect(3).Output, "LPS 1 (p1)");
    }

    [TestMethod]
    public void Check_DamagedFileAndMissingLabels_ReturnsTwoAndTellsBoth()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 4);
        folder.Write("data/images/p2.nii.gz", "This is not a volume.");
        File.Delete(folder["data/labels/p3.nii.gz"]);
        using var report = JsonDocument.Parse(ProgramRun.Medseg(folder.Path, "check", "data", "--json").Expect(2).Output);
        var findings = report
            .RootElement.GetProperty("findings")
            .EnumerateArray()
            .Select(f =>
                (
                    Severity: f.GetProperty("severity").GetString(),
                    Code: f.GetProperty("code").GetString(),
                    Case: f.GetProperty("caseId").GetString()
                )
            )
            .ToList();
        CollectionAssert.Contains(findings, ((string?)"error", (string?)"unreadable", (string?)"p2"));
        CollectionAssert.Contains(findings, ((string?)"warning", (string?)"no-labels", (string?)"p3"));
    }
}
