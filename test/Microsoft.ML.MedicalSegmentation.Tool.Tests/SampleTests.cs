using Microsoft.ML.MedicalSegmentation;

namespace MedSeg;

[TestClass]
public sealed class SampleTests
{
    [TestMethod]
    public void TrainAndScore_WithoutArguments_TrainsOnPhantomsAndScoresFromItsZip()
    {
        using var folder = new TemporaryFolder();
        var run = ProgramRun.Run("TrainAndScore", "TrainAndScore.dll", folder.Path).Expect(0);
        StringAssert.Contains(run.Output, "Dice");
        StringAssert.Contains(run.Output, "Epoch 10/10");
        Assert.IsTrue(File.Exists(folder["model.zip"]));
        Assert.AreNotEqual(0, Directory.GetFiles(folder["predictions"], "*.nii.gz").Length);
    }

    [TestMethod]
    public void OnnxInStockMLNet_LabelsAsTheLibraryDoes()
    {
        using var folder = new TemporaryFolder();
        var run = ProgramRun.Run("OnnxInStockMLNet", "OnnxInStockMLNet.dll", folder.Path).Expect(0);
        StringAssert.Contains(run.Output, "49152 of 49152 pixels have the same label in both.");
    }

    [TestMethod]
    public void EverySample_IsOneProgramOfAtMostEightyLines()
    {
        foreach (var program in Directory.GetFiles(Path.Combine(TestData.RepositoryRoot(), "samples"), "*.cs", SearchOption.AllDirectories))
        {
            Assert.AreEqual("Program.cs", Path.GetFileName(program));
            Assert.IsTrue(File.ReadAllLines(program).Length <= 80, $"{program} is too long for a sample");
        }
    }
}
