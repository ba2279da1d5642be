using System.Diagnostics;
using Microsoft.ML.MedicalSegmentation;

namespace MedSeg;

/// <summary>Trainings that are killed again and again.</summary>
/// <remarks>MEDSEG_KILLS sets how often; a killed process gets no signal that it could handle.</remarks>
[TestClass]
public sealed class KilledTrainingTests
{
    private const string KillsVariable = "MEDSEG_KILLS";
    private const int UsualKills = 2;

    [TestMethod]
    public void Train_KilledAtRandomMoments_EndsWithTheSameWeights()
    {
        var kills = int.TryParse(Environment.GetEnvironmentVariable(KillsVariable), out var given) ? given : UsualKills;
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 3);
        string[] Train(string name) =>
        [
            "train", "data", "--epochs", $"{4 * Math.Max(kills, 2)}", "--width", "4", "--validation", "0.34", "--threads", "1",
            "--output", $"{name}.zip", "--onnx", $"{name}.onnx", "--checkpoint", $"{name}.state",
        ];
        var clock = Stopwatch.StartNew();
        ProgramRun.Medseg(folder.Path, Train("whole")).Expect(0);
        var whole = clock.Elapsed;

        // At any moment, from the start of the process on: while data are read, in a step, while a state is written.
        var random = new Random(1);
        var moments = new List<string>();
        for (var kill = 0; kill < kills; kill++)
        {
            using var process = ProgramRun.Start("Microsoft.ML.MedicalSegmentation.Tool", "medseg.dll", folder.Path, Train("killed"));
            var errors = process.StandardError.ReadToEndAsync();
            _ = process.StandardOutput.ReadToEndAsync();
            var moment = TimeSpan.FromSeconds(0.3 + (random.NextDouble() * Math.Min(whole.TotalSeconds, 3)));
            if (process.WaitForExit(moment))
            {
                Assert.AreEqual(0, process.ExitCode, errors.Result);
            }
            else
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }

            moments.Add(
                $"{moment.TotalSeconds:0.0} s: "
                    + $"{errors.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault("nothing").Trim()}"
            );
        }

        ProgramRun.Medseg(folder.Path, Train("killed")).Expect(0);

        Console.WriteLine($"{kills} kills in {clock.Elapsed - whole:mm\\:ss}. {string.Join(" | ", moments)}");
        CollectionAssert.AreEqual(
            File.ReadAllBytes(folder["whole.onnx"]),
            File.ReadAllBytes(folder["killed.onnx"]),
            string.Join(Environment.NewLine, moments)
        );
    }
}
