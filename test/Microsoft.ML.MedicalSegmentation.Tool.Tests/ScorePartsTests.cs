using Microsoft.ML.MedicalSegmentation;
using static MedSeg.ScoreResults;

namespace MedSeg;

/// <summary>Scoring in parts, and again after a stop.</summary>
[TestClass]
public sealed class ScorePartsTests
{
    private static string Model => SharedModel.Path;

    [TestMethod]
    public void Score_Parts_AreDisjointAndTogetherTheWhole()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.WriteImages(folder, 5);
        string[] all =
        [
            .. Enumerable
                .Range(1, 3)
                .SelectMany(i =>
                    Statuses(
                        ProgramRun
                            .Medseg(folder.Path, "score", "in/*.nii.gz", "-m", Model, "-o", "out", "--part", $"{i}/3", "--json")
                            .Expect(0)
                    )
                ),
        ];
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 5).Select(i => $"p{i} scored").ToArray(), all);
        Assert.AreEqual(5, Names(folder["out"]).Length);
    }

    [TestMethod]
    public void Score_BySlurmsScript_GivesTheWholeByItsParts()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("The script is for the shell of Linux.");
        }

        using var folder = new TemporaryFolder();
        PhantomCases.WriteImages(folder, 4);
        var script = Path.Combine(TestData.RepositoryRoot(), "samples", "06-Cluster", "score.sbatch");
        File.WriteAllText(
            folder["medseg"],
            $"#!/bin/sh\nexec {ProgramRun.CommandLine("Microsoft.ML.MedicalSegmentation.Tool", "medseg.dll")} \"$@\"\n"
        );
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder["medseg"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        foreach (var task in new[] { "0", "1" })
        {
            var start = new System.Diagnostics.ProcessStartInfo("bash", [script, "in/*.nii.gz", Model, "out"])
            {
                WorkingDirectory = folder.Path,
                RedirectStandardError = true,
            };
            (start.Environment["MEDSEG"], start.Environment["SLURM_ARRAY_TASK_ID"], start.Environment["SLURM_ARRAY_TASK_COUNT"]) = (
                folder["medseg"],
                task,
                "2"
            );
            using var process = System.Diagnostics.Process.Start(start)!;
            var said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.AreEqual(0, process.ExitCode, said);
        }

        CollectionAssert.AreEquivalent(
            Enumerable.Range(0, 4).Select(i => $"p{i}.nii.gz").ToArray(),
            Names(folder["out"]).Where(name => name.EndsWith(".nii.gz", StringComparison.Ordinal)).ToArray()
        );
        Assert.IsTrue(File.Exists(folder["out/part-0.json"]) && File.Exists(folder["out/part-1.json"]));
    }

    [TestMethod]
    [DataRow("0/3")]
    [DataRow("4/3")]
    [DataRow("1")]
    [DataRow("-1/2")]
    public void Score_PartOutOfRange_IsRefused(string part)
    {
        using var folder = new TemporaryFolder();
        StringAssert.Contains(ProgramRun.Medseg(folder.Path, "score", "in", "-m", Model, "--part", part).Expect(2).Errors, "--part");
    }

    [TestMethod]
    public void Score_KilledAtAnyMoment_GoesOnAndLeavesWholeFiles()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.WriteImages(folder, 8);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            using var process = ProgramRun.Start(
                "Microsoft.ML.MedicalSegmentation.Tool",
                "medseg.dll",
                folder.Path,
                "score",
                "in",
                "-m",
                Model,
                "-o",
                "out"
            );
            for (
                var line = process.StandardError.ReadLine();
                line is not null && !line.StartsWith($"{2 * attempt}/8", StringComparison.Ordinal);
                line = process.StandardError.ReadLine()
            ) { }

            process.Kill();
            process.WaitForExit();
        }

        var status = Statuses(ProgramRun.Medseg(folder.Path, "score", "in", "-m", Model, "-o", "out", "--json").Expect(0));

        Assert.IsTrue(status.Take(6).All(one => one.EndsWith(" skipped", StringComparison.Ordinal)), string.Join(", ", status));
        foreach (var name in Names(folder["out"]))
        {
            Assert.AreEqual(new VolumeShape(1, 32, 32, 32), VolumeFormats.OpenLabels(folder[$"out/{name}"]).Shape);
        }
    }
}
