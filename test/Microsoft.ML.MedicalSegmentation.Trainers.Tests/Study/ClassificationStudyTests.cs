using Microsoft.ML.MedicalSegmentation.Classification;

namespace Microsoft.ML.MedicalSegmentation.Study;

[TestClass]
[DoNotParallelize]
public class ClassificationStudyTests
{
    [TestMethod]
    public void Run_TwoSeeds_ComparesWithTheNetworkWithout_AndGoesOnFromWhatIsKept()
    {
        using var folder = new TemporaryFolder();
        var context = new MLContext(seed: 1);
        var (training, test) = (Squares.Data(context, 8), Squares.Data(context, 12, firstSeed: 100));
        var trained = 0;
        ClassificationStudyOptions Options(params string[] blocks) => new()
        {
            Blocks = blocks,
            Network = new() { Width = 4 },
            Training = Squares.Brief with { MetricsCallback = _ => trained++ },
            Seeds = [0, 1],
            CheckpointFolder = folder["states"],
        };

        var result = ClassificationStudy.Run(context, training, test, Options("squeeze-excitation"));

        Assert.AreEqual(
            "none 0, none 1, squeeze-excitation 0, squeeze-excitation 1",
            string.Join(", ", result.Runs.Select(run => $"{run.Block} {run.Seed}"))
        );
        Assert.AreEqual(8, trained, "epochs");
        Assert.IsGreaterThan(result.Runs[0].Parameters, result.Runs[2].Parameters);
        var again = ClassificationStudy.Run(context, training, test, Options("squeeze-excitation", "global-context"));
        Assert.AreEqual(12, trained, "only the new block is trained");
        Assert.AreEqual(result.Runs[3].Evaluation.Auc, again.Runs[3].Evaluation.Auc);
        Assert.AreEqual(3 + 2, again.ToMarkdown().Split('\n').Count(line => line.StartsWith('|')));
        StringAssert.Contains(again.ToMarkdown(), "12 test images; seeds 0, 1.");
        Assert.HasCount(7, again.ToTsv().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        again.Write(folder["out"]);
        Assert.IsTrue(File.Exists(folder["out/classification-study.tsv"]));
    }

    [TestMethod]
    public void Validate_ImpossibleOptions_ListsAllFaults()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new ClassificationStudyOptions
        {
            Blocks = ["attention-gate", "none", "none"],
            Network = new() { AttentionBlock = "squeeze-excitation" },
            Seeds = [],
        }.Validate());

        foreach (var fact in new[] { "Blocks has 'attention-gate'", "names one twice", "Seeds is []", "Network.AttentionBlock" })
        {
            StringAssert.Contains(error.Message, fact);
        }
    }
}
