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
                "train",
                "data",
                "--no-plan",
                "--epochs",
                $"{epochs}",
                "--width",
                "4",
                "--patch",
                "32",
                "32",
                "32",
                "--validation",
                "0.34",
                "--threads",
                "1",
                "--output",
                $"{name}.zip",
                "--onnx",
                $"{name}.onnx",
                "--checkpoint",
                $"{name}.state",
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
    public void Train_Interrupted_LeavesTheBestModelSoFarAndAReport()
    {
        DemoCommandTests.RequireInterrupts();
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 3);
        using var process = ProgramRun.Start(
            "Microsoft.ML.MedicalSegmentation.Tool",
            "medseg.dll",
            folder.Path,
            "train",
            "data",
            "--epochs",
            "1000",
            "--width",
            "4",
            "--threads",
            "1",
            "--report",
            "report"
        );
        while (process.StandardError.ReadLine() is { } line && !line.Contains("Epoch 2/", StringComparison.Ordinal)) { }

        using (System.Diagnostics.Process.Start("kill", ["-INT", $"{process.Id}"]))
        {
            var ended = process.WaitForExit(60_000);
            if (!ended)
            {
                process.Kill();
            }

            Assert.IsTrue(ended, "it goes on after Ctrl-C");
        }

        Assert.AreEqual(130, process.ExitCode);
        StringAssert.Contains(process.StandardOutput.ReadToEnd(), "Stopped. Wrote model.zip");
        ProgramRun.Medseg(folder.Path, "score", "data/images/p0.nii.gz", "--model", "model.zip").Expect(0);
        using var report = System.Text.Json.JsonDocument.Parse(File.ReadAllText(folder["report/training.json"]));
        Assert.IsTrue(report.RootElement.GetProperty("epochs").GetArrayLength() >= 2);
        Assert.AreEqual("medsegProcessorPlans", report.RootElement.GetProperty("plan").GetProperty("plansName").GetString());
        var page = File.ReadAllText(folder["report/training.html"]);
        StringAssert.Contains(page, "<polyline");
        StringAssert.Contains(page, "target spacing");
    }

    [TestMethod]
    public void Train_PlannedFolds_WritesOneZipOfAllThatScoresAndJoinsOthers()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 4);
        string[] common = ["train", "data", "--epochs", "1", "--width", "4", "--threads", "1"];

        var run = ProgramRun.MedsegProcess(folder.Path, [.. common, "--folds", "2", "--output", "all.zip", "--json"]).Expect(0);

        using var result = System.Text.Json.JsonDocument.Parse(run.Output);
        Assert.AreEqual(
            4,
            result.RootElement.GetProperty("folds").EnumerateArray().Sum(fold => fold.GetProperty("validation").GetArrayLength())
        );
        Assert.IsTrue(
            File.Exists(folder["all.fold-0.zip"]) && File.Exists(folder["all.fold-1.zip"]) && File.Exists(folder["all.splits.json"])
        );
        ProgramRun.Medseg(folder.Path, [.. common, "--fold", "1", "--splits", "all.splits.json", "--output", "one.zip"]).Expect(0);
        ProgramRun.MedsegProcess(folder.Path, "ensemble", "one.zip", "all.fold-0.zip", "--output", "joined.zip").Expect(0);
        foreach (
            var (zip, names) in new[]
            {
                ("all.zip", new[] { "all.fold-0.zip", "all.fold-1.zip" }),
                ("joined.zip", ["one.zip", "all.fold-0.zip"]),
            }
        )
        {
            using var card = System.Text.Json.JsonDocument.Parse(ProgramRun.Medseg(folder.Path, "card", zip, "--json").Expect(0).Output);
            var members = card.RootElement.GetProperty("members").EnumerateArray().ToList();
            CollectionAssert.AreEqual(names, members.ConvertAll(member => member.GetProperty("name").GetString()));
            Assert.AreEqual(
                Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(folder[names[1]]))),
                members[1].GetProperty("sha256").GetString()
            );
            Assert.AreEqual(4, card.RootElement.GetProperty("trainingCases").GetArrayLength());
            Assert.AreEqual("medsegProcessorPlans", card.RootElement.GetProperty("plan").GetProperty("plansName").GetString());
            Assert.AreNotEqual(0, members[0].GetProperty("card").GetProperty("results").GetArrayLength());
        }

        ProgramRun
            .Medseg(folder.Path, "score", "data/images/p0.nii.gz", "--model", "all.zip", "--output", "doubtful", "--doubt", "doubt")
            .Expect(0);
        Assert.AreEqual(
            VolumeFormats.ReadHeader(folder["data/images/p0.nii.gz"]).Shape,
            VolumeFormats.ReadHeader(folder["doubt/p0.nii.gz"]).Shape
        );
        ProgramRun
            .MedsegProcess(folder.Path, "score", "data/images/p0.nii.gz", "--model", "joined.zip", "--output", "predictions")
            .Expect(0);
        Assert.AreEqual(
            VolumeFormats.ReadHeader(folder["data/images/p0.nii.gz"]).Shape,
            VolumeFormats.ReadHeader(Directory.GetFiles(folder["predictions"], "p0*")[0]).Shape
        );
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, [.. common, "--normalize", "MinMax"]).Expect(2).Errors,
            "--normalize cannot be used with a plan"
        );
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "train", "data", "--no-plan", "--folds", "2").Expect(2).Errors,
            "--folds belongs to planned training"
        );
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
            ProgramRun
                .Medseg(
                    folder.Path,
                    [
                        "train",
                        "data",
                        "--no-plan",
                        "--epochs",
                        "1",
                        "--width",
                        "4",
                        "--patch",
                        "32",
                        "32",
                        "32",
                        "--validation",
                        "0",
                        "--threads",
                        "1",
                        "--output",
                        model,
                        .. more,
                    ]
                )
                .Expect(0);
            return model;
        }

        string Score(string model) => ProgramRun.Medseg(folder.Path, "score", "coarse.nii.gz", "--model", model).Expect(0).Errors;
        var plain = SharedModel.Path;

        StringAssert.Contains(Score(plain), "warning: The spacing of '");
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "explain", plain, "coarse.nii.gz", "--threads", "1").Expect(0).Errors,
            "warning: The spacing of '"
        );
        // The check of inputs against those of training may still warn; the model itself is applied at its own spacing.
        Assert.IsFalse(Score(Train("resampling.zip", "--resample")).Contains("warning: The spacing of '", StringComparison.Ordinal));
        var (given, predicted) = (
            VolumeFormats.ReadHeader(folder["coarse.nii.gz"]),
            VolumeFormats.ReadHeader(folder["predictions/coarse.nii.gz"])
        );
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
        var run = ProgramRun
            .Medseg(folder.Path, "train", "data", "--no-plan", "--epochs", "1", "--width", "4", "--output", output)
            .Expect(2);
        StringAssert.Contains(run.Errors, said);
        Assert.IsFalse(run.Errors.Contains("Epoch", StringComparison.Ordinal), run.Errors);
        CollectionAssert.AreEqual(before, File.ReadAllBytes(folder["data/images/p0.nii.gz"]));
    }
}
