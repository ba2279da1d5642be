using Microsoft.ML.MedicalSegmentation;

namespace MedSeg;

/// <summary>Messages of the command line name its own options and say what to do next.</summary>
[TestClass]
public sealed class MessageTests
{
    [TestMethod]
    public void Train_MissingGpu_NamesTheOption()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 2);
        var run = ProgramRun.Medseg(folder.Path, [.. "train data --no-plan --epochs 1 --gpu 63".Split(' ')]).Expect(2);
        StringAssert.Contains(run.Errors, "--gpu is 63");
        Assert.IsFalse(
            run.Errors.Contains("FallbackToCpu", StringComparison.Ordinal) || run.Errors.Contains("(Parameter", StringComparison.Ordinal),
            run.Errors
        );
    }

    [TestMethod]
    public void Train_BrokenCase_PointsToTheCheck()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 2);
        File.WriteAllBytes(folder["data/images/p1.nii.gz"], File.ReadAllBytes(folder["data/images/p1.nii.gz"])[..2000]);
        var run = ProgramRun.Medseg(folder.Path, [.. "train data --no-plan --epochs 1 --validation 0".Split(' ')]).Expect(2);
        StringAssert.Contains(run.Errors, "p1.nii.gz");
        StringAssert.Contains(run.Errors, "`medseg check data`");
    }

    [TestMethod]
    public void Train_MethodThatTheCommandLineCannotDescribe_IsNotOffered()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 1);
        var run = ProgramRun.Medseg(folder.Path, [.. "train data --no-plan --normalize Window".Split(' ')]);
        Assert.AreNotEqual(0, run.ExitCode);
        StringAssert.Contains(run.Errors, "ZScore");
    }
}
