using Microsoft.ML.MedicalSegmentation;
using Microsoft.ML.MedicalSegmentation.Planning;

namespace MedSeg;

[TestClass]
public sealed class PlanCommandTests
{
    [TestMethod]
    public void Plan_Cases_WritesThePlanAndPrintsReasons()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 3);
        var run = ProgramRun.MedsegProcess(folder.Path, "plan", "data", "-o", "plan.json").Expect(0);
        StringAssert.Contains(run.Output, "3d_fullres, patch size");
        var plan = SegmentationPlan.Load(folder["plan.json"]);
        Assert.IsNotEmpty(plan.Decisions);
        Assert.AreEqual(1, plan.Configuration("3d_fullres").Normalization.Count);
    }

    [TestMethod]
    public void Plan_NnUNetFiles_WritesNnUNetsPlan()
    {
        var golden = TestData.RequireGolden("nnunet/planning/abdomen_ct");
        using var folder = new TemporaryFolder();
        ProgramRun
            .Medseg(
                folder.Path,
                "plan",
                "--fingerprint",
                Path.Combine(golden, "dataset_fingerprint.json"),
                "--dataset",
                Path.Combine(golden, "dataset.json"),
                "--preset",
                "default",
                "--spacing",
                "2",
                "1",
                "1",
                "--plans-name",
                "nnUNetPlans_spacing_2_1_1",
                "--dataset-name",
                "Dataset201_abdomen_ct",
                "--nnunet",
                "-o",
                "nnUNetPlans.json"
            )
            .Expect(0);
        Assert.AreEqual(
            SegmentationPlan.Load(Path.Combine(golden, "nnUNetPlans_spacing_2_1_1.json")).ToNnUNetJson(),
            SegmentationPlan.Load(folder["nnUNetPlans.json"]).ToNnUNetJson()
        );
    }

    [TestMethod]
    [DataRow("Give either DATA", "--preset", "default")]
    [DataRow("resenc-xl", "data", "--preset", "huge")]
    [DataRow("--memory is -3", "data", "--memory", "-3")]
    public void Plan_WrongOptions_ReturnsTwoAndSaysWhat(string fact, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 1);
        var run = ProgramRun.Medseg(folder.Path, ["plan", .. arguments]).Expect(2);
        StringAssert.Contains(run.Output + run.Errors, fact);
    }
}
