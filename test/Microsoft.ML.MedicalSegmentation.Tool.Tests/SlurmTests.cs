using Microsoft.ML.MedicalSegmentation;

namespace MedSeg;

/// <summary>The scripts of samples/cluster on a real Slurm.</summary>
[TestClass]
[DoNotParallelize]
public sealed class SlurmTests
{
    private const int Folds = 3;

    [TestMethod]
    public async Task JobArrays_TrainFoldsThatAreRequeued_JoinThemAndScore()
    {
        using var slurm = await OneNodeSlurm.Require();
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, Folds);
        var environment = new Dictionary<string, string>
        {
            ["DATA"] = folder["data"],
            ["OUTPUT"] = folder["results"],
            ["FOLDS"] = $"{Folds}",
            ["OPTIONS"] = "--epochs 8 --width 4",
            ["MEDSEG"] = ProgramRun.CommandLine("Microsoft.ML.MedicalSegmentation.Tool", "medseg.dll"),
            ["INPUTS"] = folder["data/images"],
            ["MODEL"] = folder["results/model.zip"],
        };
        string Submit(string script, params string[] options) =>
            slurm
                .Run(
                    "sbatch",
                    environment,
                    [
                        "--parsable",
                        $"--output={folder.Path}/{script}.%a.log",
                        .. options,
                        Path.Combine(TestData.RepositoryRoot(), "samples", "cluster", script),
                    ]
                )
                .Trim();

        var folds = Submit("train-folds.sh", $"--array=0-{Folds - 1}");
        var join = Submit("join-folds.sh", $"--dependency=afterok:{folds}");

        // Killed after its first epoch, long before its end.
        await Wait.Until(
            () => File.Exists(folder["results/model.state.fold-0"]),
            TimeSpan.FromMinutes(2),
            () => $"no state of fold 0: {slurm.State()}{string.Concat(Directory.GetFiles(folder.Path, "*.log").Select(File.ReadAllText))}"
        );
        slurm.Run("scontrol", environment, "requeue", $"{folds}_0");
        await slurm.WaitForJobs(TimeSpan.FromMinutes(6));
        environment["OUTPUT"] = folder["predictions"];
        Submit("score-parts.sh", "--array=0-1");
        await slurm.WaitForJobs(TimeSpan.FromMinutes(2));

        var (requeued, other) = (File.ReadAllText(folder["train-folds.sh.0.log"]), File.ReadAllText(folder["train-folds.sh.1.log"]));
        StringAssert.Contains(requeued, "Continues after epoch");
        Assert.AreEqual(
            requeued.IndexOf("Epoch 1/8", StringComparison.Ordinal),
            requeued.LastIndexOf("Epoch 1/8", StringComparison.Ordinal),
            "No epoch is done twice."
        );
        StringAssert.Contains(requeued, "Epoch 8/8");
        Assert.IsFalse(other.Contains("Continues after", StringComparison.Ordinal), other);
        Assert.IsTrue(File.Exists(folder["results/model.zip"]) && File.Exists(folder["results/model.splits.json"]), join);
        Assert.HasCount(Folds, Directory.GetFiles(folder["predictions"], "*.nii.gz"));
        Assert.HasCount(2, Directory.GetFiles(folder["predictions"], "part-*.json"));
    }
}
