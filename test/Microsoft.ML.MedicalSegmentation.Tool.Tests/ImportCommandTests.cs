using Microsoft.ML.MedicalSegmentation;

namespace MedSeg;

[TestClass]
public sealed class ImportCommandTests
{
    private const string Model = "nnunet/model/Dataset004_Hippocampus/nnUNetTrainer__nnUNetPlans__3d_fullres";

    [TestMethod]
    public void Import_NnUNetModel_ScoresAsNnUNetInOtherProcesses()
    {
        var input = TestData.RequireGolden("nnunet/predictions/inputs/hippocampus_020_0000.nii.gz");
        using var folder = new TemporaryFolder();
        ProgramRun
            .MedsegProcess(
                folder.Path,
                "import",
                "nnunet",
                TestData.RequireGolden(Model),
                "--folds",
                "0",
                "--mirroring",
                "off",
                "-o",
                "model.zip"
            )
            .Expect(0);
        StringAssert.Contains(ProgramRun.Medseg(folder.Path, "info", "model.zip").Expect(0).Output, "patch 40 x 56 x 40");
        ProgramRun.MedsegProcess(folder.Path, "score", input, "--model", "model.zip", "-o", "out").Expect(0);
        var (expected, actual) = (
            Values(VolumeFormats.Open(TestData.RequireGolden("nnunet/predictions/3d_fullres_fold0_notta/hippocampus_020.nii.gz"))),
            Values(VolumeFormats.Open(Directory.GetFiles(folder["out"], "*.nii.gz").Single())));
        Assert.IsLessThanOrEqualTo(10, expected.Zip(actual).Count(pair => pair.First != pair.Second));
    }

    [TestMethod]
    [DataRow("plans.json", "nnunet", "data")]
    [DataRow("nnunet", "monai", "data")]
    [DataRow("Folds", "nnunet", "data", "--folds", "-1")]
    public void Import_WrongArguments_ReturnsTwoAndSaysWhat(string fact, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["data/empty"]);
        var run = ProgramRun.Medseg(folder.Path, ["import", .. arguments]).Expect(2);
        StringAssert.Contains(run.Output + run.Errors, fact);
    }

    private static float[] Values(Volume volume)
    {
        var values = new float[volume.Shape.Count];
        volume.CopyValues(0, values);
        return values;
    }
}
