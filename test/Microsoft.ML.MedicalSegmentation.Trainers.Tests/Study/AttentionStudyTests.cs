using System.Xml.Linq;
using Microsoft.ML.MedicalSegmentation.Training;

namespace Microsoft.ML.MedicalSegmentation.Study;

[TestClass]
[DoNotParallelize]
public class AttentionStudyTests
{
    private static readonly AttentionStudyOptions Brief = new()
    {
        Blocks = ["squeeze-excitation", "attention-gate"],
        Network = new() { Width = 8, Depth = 3, DeepSupervision = false },
        Seeds = [1, 2],
        Training = Training(default),
    };

    [TestMethod]
    public void Run_OnPhantoms_ComparesTheBlocks_AndWritesTables()
    {
        var context = new MLContext(seed: 1);
        List<AttentionStudyRun> seen = [];

        var result = AttentionStudy.Run(
            context, TwoBalls.Data(context, 8), TwoBalls.Data(context, 3, firstSeed: 100), Brief with { RunCallback = seen.Add });

        CollectionAssert.AreEqual(
            new[] { "none 1", "none 2", "squeeze-excitation 1", "squeeze-excitation 2", "attention-gate 1", "attention-gate 2" },
            result.Runs.Select(run => $"{run.Block} {run.Seed}").ToList());
        CollectionAssert.AreEqual(result.Runs.ToList(), seen);
        var sizes = result.Runs.GroupBy(run => run.Block).Select(runs => runs.Select(run => run.Parameters).Distinct().Single()).ToList();
        Assert.IsTrue(sizes[0] < sizes[1] && sizes[0] < sizes[2]);
        foreach (var run in result.Runs)
        {
            Assert.AreEqual(3, run.Metrics.Cases.Count);
            Assert.AreEqual(2, run.Hausdorff95.Count);
            Assert.IsTrue(
                run.Hausdorff95.All(distance => distance >= 0) && run.TrainingSeconds > 0 && run.Metrics.MeanDice is >= 0 and <= 1,
                $"{run}"
            );
        }

        Assert.IsTrue(result.Runs.Max(run => run.Metrics.MeanDice) > 0.3, "Something was learned.");
        AssertReports(result);
    }

    [TestMethod]
    public void Run_Repeated_GivesTheSameNumbers()
    {
        var context = new MLContext(seed: 1);
        var options = Brief with { Blocks = ["global-context"], Seeds = [3] };
        double[] Dice() =>
            [
                .. AttentionStudy
                    .Run(context, TwoBalls.Data(context, 4), TwoBalls.Data(context, 2, firstSeed: 50), options)
                    .Runs.Select(run => run.Metrics.MeanDice),
            ];

        CollectionAssert.AreEqual(Dice(), Dice());
    }

    [TestMethod]
    public void Run_Cancelled_GoesOnFromItsCheckpoints_WithTheSameNumbers()
    {
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        var context = new MLContext(seed: 1);
        var options = Brief with { Blocks = ["squeeze-excitation"], Seeds = [3], Training = Training(source.Token) };
        AttentionStudyResult Study(AttentionStudyOptions with) =>
            AttentionStudy.Run(context, TwoBalls.Data(context, 4), TwoBalls.Data(context, 2, firstSeed: 50), with);
        AttentionStudyRun? first = null;

        Assert.ThrowsExactly<OperationCanceledException>(() => Study(options with
        {
            CheckpointFolder = folder["states"],
            RunCallback = run =>
            {
                first = run;
                source.Cancel();
            },
        }));
        var goesOn = options with { CheckpointFolder = folder["states"], Training = Training(default) };
        var result = Study(goesOn);

        Assert.IsNotNull(first);
        Assert.AreEqual(first.TrainingSeconds, result.Runs[0].TrainingSeconds, "The first was not trained again.");
        CollectionAssert.AreEqual(
            Study(options with { Training = Training(default) }).Runs.Select(run => run.Metrics.MeanDice).ToList(),
            result.Runs.Select(run => run.Metrics.MeanDice).ToList()
        );
        StringAssert.Contains(
            Assert
                .ThrowsExactly<ArgumentException>(() =>
                    Study(
                        goesOn with
                        {
                            Network = new()
                            {
                                Width = 16,
                                Depth = 3,
                                DeepSupervision = false,
                            },
                        }
                    )
                )
                .Message,
            "began otherwise"
        );
    }

    [TestMethod]
    public void Run_WithImpossibleOptions_NamesThem()
    {
        var context = new MLContext();
        var data = TwoBalls.Data(context, 1);

        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            AttentionStudy.Run(
                context,
                data,
                data,
                new()
                {
                    Blocks = ["se", "non-local", "non-local"],
                    Seeds = [1, 1],
                    Network = new() { AttentionBlock = "non-local" },
                    CheckpointFolder = " ",
                }
            )
        );

        foreach (
            var fact in new[]
            {
                "CheckpointFolder is ' '",
                "'se'; blocks: squeeze-excitation",
                "names one twice",
                "Seeds is [1, 1]",
                "Network.AttentionBlock is 'non-local'",
            }
        )
        {
            StringAssert.Contains(error.Message, fact);
        }
    }

    private static SegmentationTrainer.Options Training(CancellationToken cancellationToken)
    {
        var options = TwoBalls.TrainerOptions;
        options = options with
        {
            Optimization = options.Optimization with { MaxEpoch = 10, WeightAverageDecay = 0 },
            CancellationToken = cancellationToken,
        };
        return options;
    }

    private static void AssertReports(AttentionStudyResult result)
    {
        using var folder = new TemporaryFolder();
        result.Write(folder.Path);

        var markdown = File.ReadAllText(Path.Combine(folder.Path, "attention-study.md"));
        StringAssert.Contains(
            markdown,
            "| block | parameters | training s | Dice large | Dice bright | Dice mean | gain | 95 % interval | p | p, corrected | "
                + "HD95 large, mm | HD95 bright, mm | misses |"
        );
        StringAssert.Contains(markdown, "| squeeze-excitation | ");
        StringAssert.Contains(markdown, "3 test cases; seeds 1, 2 (mean ± standard deviation)");
        var lines = File.ReadAllLines(Path.Combine(folder.Path, "attention-study.tsv"));
        Assert.AreEqual(7, lines.Length);
        Assert.IsTrue(lines.All(line => line.Split('\t').Length == 10));
        Assert.AreEqual(
            result.Runs[0].Metrics.MeanDice,
            double.Parse(lines[1].Split('\t')[6], System.Globalization.CultureInfo.InvariantCulture)
        );
        var svg = XDocument.Load(Path.Combine(folder.Path, "attention-study.svg"));
        Assert.AreEqual(6, svg.Descendants().Count(element => element.Name.LocalName == "circle"));
    }
}
