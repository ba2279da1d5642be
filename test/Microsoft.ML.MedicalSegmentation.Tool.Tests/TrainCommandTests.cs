using Microsoft.ML.MedicalSegmentation;

namespace MedSeg;

[TestClass]
public sealed class TrainCommandTests
{
    [TestMethod]
    public void Train_KilledAndCalledAgain_GivesTheModelOfOneThatWasNotStopped()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 3);

        string[] Train(string name, int epochs) =>
        [
            "train", "data", "--no-plan", "--epochs", $"{epochs}", "--width", "4", "--patch", "32", "32", "32", "--validation", "0.34", "--threads", "1",
            "--output", $"{name}.zip", "--onnx", $"{name}.onnx", "--checkpoint", $"{name}.state",
        ];
        ProgramRun.Medseg(folder.Path, Train("whole", 6)).Expect(0);

        using (var process = ProgramRun.Start("Microsoft.ML.MedicalSegmentation.Tool", "medseg.dll", folder.Path, Train("stopped", 6)))
        {
            // The state of the first epoch is kept before the second is told of.
            while (process.StandardError.ReadLine() is { } line && !line.Contains("Epoch 2/", StringComparison.Ordinal))
            {
            }

            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        Assert.IsTrue(File.Exists(folder["stopped.state"]) && !File.Exists(folder["stopped.zip"]), "It was killed on the way.");
        var run = ProgramRun.Medseg(folder.Path, Train("stopped", 6)).Expect(0);

        Assert.IsFalse(run.Errors.Contains("Epoch 1/6", StringComparison.Ordinal), run.Errors);
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["whole.onnx"]), File.ReadAllBytes(folder["stopped.onnx"]));
        StringAssert.Contains(ProgramRun.Medseg(folder.Path, Train("stopped", 7)).Expect(0).Errors, "Epoch 7/7");
    }

    [TestMethod]
    public void VolumesOfAnotherSpacing_AreWarnedOf_UnlessTheModelResamples()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 2);

        var volume = VolumeFormats.Open(folder["data/images/p0.nii.gz"]);
        VolumeFormats.Save(volume.Resample(volume.Geometry.Spacing * 2), folder["coarse.nii.gz"]);
        string Train(string model, params string[] more)
        {
            ProgramRun.Medseg(
                folder.Path, ["train", "data", "--no-plan", "--epochs", "1", "--width", "4", "--patch", "32", "32", "32", "--validation", "0", "--threads", "1", "--output", model, .. more]).Expect(0);
            return model;
        }

        string Score(string model) => ProgramRun.Medseg(folder.Path, "score", "coarse.nii.gz", "--model", model).Expect(0).Errors;
        var plain = Train("plain.zip");

        StringAssert.Contains(Score(plain), "warning: The spacing of '");
        StringAssert.Contains(ProgramRun.Medseg(folder.Path, "explain", plain, "coarse.nii.gz", "--threads", "1").Expect(0).Errors, "warning: The spacing of '");
        Assert.IsFalse(Score(Train("resampling.zip", "--resample")).Contains("warning", StringComparison.Ordinal));
        var (given, predicted) = (VolumeFormats.ReadHeader(folder["coarse.nii.gz"]), VolumeFormats.ReadHeader(folder["predictions/coarse.nii.gz"]));
        Assert.AreEqual(given.Shape, predicted.Shape);
        Assert.IsTrue(given.Geometry.LargestDifference(predicted.Geometry, given.Shape) < 1e-4);
    }

    [TestMethod]
    [DataRow("data/images/p0.nii.gz", "p0.nii.gz")]
    [DataRow("data/labels/p1.nii.gz", "p1.nii.gz")]
    [DataRow("data", "input")]
    [DataRow("data/images/p0.nii.gz/model.zip", "p0.nii.gz")]
    public void Train_OutputThatCannotOrMustNotBeWritten_IsRefusedBeforeTheFirstEpoch(string output, string said)
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 2);
        var before = File.ReadAllBytes(folder["data/images/p0.nii.gz"]);
        var run = ProgramRun.Medseg(folder.Path, "train", "data", "--no-plan", "--epochs", "1", "--width", "4", "--output", output).Expect(2);
        StringAssert.Contains(run.Errors, said);
        Assert.IsFalse(run.Errors.Contains("Epoch", StringComparison.Ordinal), run.Errors);
        CollectionAssert.AreEqual(before, File.ReadAllBytes(folder["data/images/p0.nii.gz"]));
    }
}
