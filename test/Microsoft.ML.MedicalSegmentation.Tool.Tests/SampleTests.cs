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
    public void EverySample_HasOneProgram_AndFilesOfAtMostEightyLines()
    {
        var files = Directory.GetFiles(Path.Combine(TestData.RepositoryRoot(), "samples"), "*.cs", SearchOption.AllDirectories);
        foreach (var sample in files.GroupBy(Path.GetDirectoryName))
        {
            Assert.AreEqual(1, sample.Count(file => Path.GetFileName(file) == "Program.cs"), $"programs in {sample.Key}");
            foreach (var file in sample)
            {
                Assert.IsTrue(File.ReadAllLines(file).Length <= 80, $"{file} is too long for a sample");
            }
        }
    }
}
