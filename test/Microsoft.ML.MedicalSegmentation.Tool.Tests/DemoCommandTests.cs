using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML.MedicalSegmentation;

namespace MedSeg;

[TestClass]
public sealed class DemoCommandTests
{
    [TestMethod]
    public void Demo_WithoutAnyData_RunsOnPhantomsAndANewProcessAgrees()
    {
        using var folder = new TemporaryFolder();
        var run = ProgramRun
            .MedsegProcess(folder.Path, "demo", "--offline", "--quick", "--epochs", "2", "--seed", "3", "--output", "out", "--json")
            .Expect(0);

        StringAssert.Contains(run.Errors, "phantom");
        using var result = JsonDocument.Parse(run.Output);
        Assert.AreEqual(2, result.RootElement.GetProperty("epochs").GetInt32());
        Assert.AreEqual(3, result.RootElement.GetProperty("seed").GetInt32());
        Assert.IsTrue(result.RootElement.GetProperty("newProcess").GetProperty("identical").GetBoolean());
        Assert.AreEqual(run.Output.Trim(), File.ReadAllText(folder["out/result.json"]).Trim());
        foreach (var file in new[] { "out/model.zip", "out/model.onnx", "out/result.txt" })
        {
            Assert.IsTrue(new FileInfo(folder[file]).Length > 0, file);
        }

        var predictions = Directory.GetFiles(folder["out/predictions"], "*.nii.gz");
        Assert.AreEqual(8, predictions.Length);
        Assert.AreEqual(new VolumeShape(1, 32, 32, 32), VolumeFormats.OpenLabels(predictions[0]).Shape);
    }

    [TestMethod]
    public void Demo_Interrupted_EndsWithItsOwnExitCodeAndLeavesNothingHalfWritten()
    {
        RequireInterrupts();
        using var folder = new TemporaryFolder();
        using var process = ProgramRun.Start(
            "Microsoft.ML.MedicalSegmentation.Tool",
            "medseg.dll",
            folder.Path,
            "demo",
            "--offline",
            "--quick",
            "--epochs",
            "1000",
            "--output",
            "out"
        );
        while (process.StandardError.ReadLine() is { } line && !line.Contains("Epoch 1/", StringComparison.Ordinal)) { }

        using (Process.Start("kill", ["-INT", process.Id.ToString()]))
        {
            var ended = process.WaitForExit(60_000);
            if (!ended)
            {
                process.Kill();
            }

            Assert.IsTrue(ended, "it goes on after Ctrl-C");
        }

        Assert.AreEqual(130, process.ExitCode);
        Assert.IsFalse(File.Exists(folder["out/model.zip"]));
        Assert.AreEqual(0, Directory.GetFiles(folder.Path, "*.tmp", SearchOption.AllDirectories).Length);
    }

    // A shell that starts commands in the background has them ignore Ctrl-C, and what they start inherits that.
    internal static void RequireInterrupts()
    {
        const string status = "/proc/self/status";
        const int interrupt = 1 << (2 - 1);
        if (!File.Exists(status))
        {
            return;
        }

        var ignored = File.ReadLines(status).First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..].Trim();
        if (
            (
                ulong.Parse(ignored, System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture)
                & interrupt
            ) != 0
        )
        {
            Assert.Inconclusive(
                "These tests run with Ctrl-C ignored, as commands in the background of a shell do. Run them in the foreground."
            );
        }
    }
}
