using Microsoft.ML.MedicalSegmentation.Training;

namespace Microsoft.ML.MedicalSegmentation.Partitioning;

/// <summary>Training by parts through the trainer.</summary>
[TestClass]
[DoNotParallelize]
public class PartitionedTrainingTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Fit_ByParts_LearnsWhatTrainingOfWholePatchesLearns()
    {
        var whole = Train(null);
        var parts = Train(new() { Parts = [1, 1, 2] });
        TestContext.WriteLine(
            $"losses {string.Join(", ", whole.Select(epoch => epoch.Loss))} and {string.Join(", ", parts.Select(epoch => epoch.Loss))}"
        );
        foreach (var (one, other) in whole.Zip(parts))
        {
            Assert.AreEqual(one.Loss, other.Loss, 1e-3 * one.Loss);
            Assert.AreEqual(one.MeanValidationDice, other.MeanValidationDice, 0.01);
        }
    }

    [TestMethod]
    public void Fit_ByPartsThatThePatchCannotHave_IsRefusedBeforeTraining()
    {
        var context = new MLContext(seed: 1);
        var trainer = TwoBalls.BriefTrainer(context, options => options with { Partition = new() { Parts = [8, 1, 1] } });
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(TwoBalls.Data(context, 2))).Message,
            "parts need at least"
        );
    }

    [TestMethod]
    public void Options_OfAPartitionThatCannotBe_AreRefusedTogether()
    {
        var options = TwoBalls.TrainerOptions with { Loss = new ClDiceLoss(), Partition = new() { Parts = [2, 0], Devices = ["gpu"] } };
        var error = Assert.ThrowsExactly<ArgumentException>(options.Validate);
        StringAssert.Contains(error.Message, "Partition.Parts");
        StringAssert.Contains(error.Message, "'gpu'");
        StringAssert.Contains(error.Message, "ClDiceLoss, which is not a function of sums");
    }

    [TestMethod]
    public void Fit_ExactTilesOfANetworkThatSeesEverything_IsRefusedBeforeTraining()
    {
        var context = new MLContext(seed: 1);
        var trainer = TwoBalls.BriefTrainer(
            context,
            options =>
                options with
                {
                    Network = new UNetOptions { Width = 2, Depth = 2 },
                    Scoring = new() { Tiling = ScoringTiling.Exact },
                }
        );
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(TwoBalls.Data(context, 2))).Message,
            "instance norm"
        );
    }

    private static IReadOnlyList<SegmentationTrainingMetrics> Train(PartitionOptions? partition)
    {
        var context = new MLContext(seed: 1);
        var trainer = TwoBalls.BriefTrainer(context, options => options with
        {
            Partition = partition,
            Sampling = options.Sampling with { StepsPerEpoch = 2, BatchSize = 1 },
            Optimization = options.Optimization with { Optimizer = OptimizerKind.SgdNesterov, MaxEpoch = 2 },
            Validation = new() { ValidationSet = TwoBalls.Data(context, 1, 5) },
        });
        using var model = trainer.Fit(TwoBalls.Data(context, 3));
        Assert.IsNotNull(model.Model.Info.Reach);
        return model.TrainingHistory?.Epochs ?? [];
    }
}
