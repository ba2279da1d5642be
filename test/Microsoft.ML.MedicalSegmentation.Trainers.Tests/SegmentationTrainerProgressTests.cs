using Microsoft.ML.MedicalSegmentation.Training;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What training tells on the way, and how it ends before its last epoch.</summary>
[TestClass]
public sealed class SegmentationTrainerProgressTests
{
    [TestMethod]
    public void Fit_LogAndCallbacks_TellEveryEpochAndStep()
    {
        var context = new MLContext(seed: 1);
        var lines = new List<string>();
        context.Log += (_, e) => lines.Add(e.Message);
        var epochs = new List<SegmentationTrainingMetrics>();
        var steps = new List<SegmentationTrainingProgress>();
        using var model = TwoBalls.BriefTrainer(context, options => options with
        {
            Optimization = options.Optimization with { MaxEpoch = 2 },
            Sampling = options.Sampling with { BatchSize = 2 },
            Validation = options.Validation with { ValidationSet = TwoBalls.Data(context, 1, firstSeed: 50) },
            MetricsCallback = epochs.Add,
            ProgressCallback = steps.Add,
        }).Fit(TwoBalls.Data(context, 5));

        // Five cases in batches of two: the last batch holds one.
        CollectionAssert.AreEqual(new[] { (1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3) }, steps.Select(s => (s.Epoch, s.Step)).ToArray());
        Assert.IsTrue(steps.All(s => s.StepsPerEpoch == 3 && s.MaxEpoch == 2));
        CollectionAssert.AreEqual(new[] { 1, 2 }, epochs.Select(e => e.Epoch).ToArray());
        Assert.IsTrue(epochs.All(e => e.ValidationDice.Count == 2 && e.StepsPerSecond > 0 && e.Seconds > 0));
        Assert.AreEqual(steps.Skip(3).Average(s => s.Loss), epochs[1].Loss, 1e-9);
        Assert.IsTrue(
            lines.Any(line => line.Contains("5 cases to train on, 1 to validate on", StringComparison.Ordinal)),
            string.Join('\n', lines)
        );
        Assert.AreEqual(2, lines.Count(line => line.Contains("validation Dice", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Fit_EarlyStopping_EndsWhenDiceNoLongerRises()
    {
        var context = new MLContext(seed: 1);
        using var model = TwoBalls.BriefTrainer(context, options => options with
        {
            // So small a rate never changes the prediction, so that no epoch is better than the first.
            Optimization = options.Optimization with { LearningRate = 1e-30, WeightAverageDecay = 0, MaxEpoch = 20 },
            Validation = options.Validation with { EarlyStoppingPatience = 3, ValidationSet = TwoBalls.Data(context, 1, firstSeed: 50) },
        }).Fit(TwoBalls.Data(context, 2));

        var history = model.TrainingHistory!;
        Assert.IsTrue(history.StoppedEarly);
        Assert.AreEqual(history.Epochs.Count - 3, history.Best?.Epoch);
    }

    [TestMethod]
    public void Fit_Cancelled_StopsBetweenSteps()
    {
        var context = new MLContext(seed: 1);
        using var stop = new CancellationTokenSource();
        var steps = 0;
        var trainer = TwoBalls.BriefTrainer(context, options => options with
        {
            CancellationToken = stop.Token,
            Optimization = options.Optimization with { MaxEpoch = 1000 },
            ProgressCallback = _ =>
            {
                if (++steps == 3)
                {
                    stop.Cancel();
                }
            },
        });

        Assert.ThrowsExactly<OperationCanceledException>(() => trainer.Fit(TwoBalls.Data(context, 2)));
        Assert.AreEqual(3, steps);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Fit_StopAsked_GivesTheBestModelSoFar(bool validates)
    {
        var context = new MLContext(seed: 1);
        using var stop = new CancellationTokenSource();
        var steps = 0;
        using var model = TwoBalls.BriefTrainer(context, options => options with
        {
            StopToken = stop.Token,
            Optimization = options.Optimization with { MaxEpoch = 1000 },
            Sampling = options.Sampling with { StepsPerEpoch = 2 },
            Validation = options.Validation with { ValidationSet = validates ? TwoBalls.Data(context, 1, firstSeed: 50) : null },
            ProgressCallback = _ =>
            {
                if (++steps == 5)
                {
                    stop.Cancel();
                }
            },
        }).Fit(TwoBalls.Data(context, 2));

        Assert.AreEqual(5, steps);
        Assert.IsTrue(model.TrainingHistory!.StoppedEarly);
        Assert.HasCount(2, model.TrainingHistory.Epochs);
        Assert.HasCount(
            1,
            context.Data.CreateEnumerable<Prediction>(model.Transform(TwoBalls.Data(context, 1)), reuseRowObject: false).ToList()
        );
    }

    [TestMethod]
    public void Fit_StopAskedBeforeTheFirstStep_HasNoModelToGive()
    {
        var context = new MLContext(seed: 1);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var trainer = TwoBalls.BriefTrainer(context, options => options with { StopToken = stop.Token });

        Assert.ThrowsExactly<OperationCanceledException>(() => trainer.Fit(TwoBalls.Data(context, 2)));
    }

    [TestMethod]
    public void Fit_TimeBudget_EndsTrainingWithAModel()
    {
        var context = new MLContext(seed: 1);
        using var model = TwoBalls.BriefTrainer(context, options => options with
        {
            Optimization = options.Optimization with { MaxEpoch = 100000, TimeBudget = TimeSpan.FromSeconds(2) },
        }).Fit(TwoBalls.Data(context, 2));

        var history = model.TrainingHistory!;
        Assert.IsTrue(history.StoppedEarly);
        Assert.IsTrue(
            history.Epochs[^1].LearningRate < 0.05 * history.Epochs[0].LearningRate,
            "The learning rate reaches its end with the time."
        );
    }

    [TestMethod]
    public void Fit_StoppedInTheFirstEpoch_HasAModelAndNoBestEpoch()
    {
        var context = new MLContext(seed: 1);
        using var stop = new CancellationTokenSource();
        using var model = TwoBalls.BriefTrainer(context, options => options with
        {
            StopToken = stop.Token,
            Sampling = options.Sampling with { StepsPerEpoch = 5 },
            ProgressCallback = _ => stop.Cancel(),
        }).Fit(TwoBalls.Data(context, 2));

        Assert.IsNull(model.TrainingHistory!.Best);
        Assert.IsTrue(model.TrainingHistory.StoppedEarly);
    }

    [TestMethod]
    public void Fit_DivergingRate_SaysSoAndWhatToDo()
    {
        var context = new MLContext(seed: 1);
        var trainer = TwoBalls.BriefTrainer(context, options => options with
        {
            Optimization = options.Optimization with { LearningRate = 1e25, MaxEpoch = 20 },
        });

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(TwoBalls.Data(context, 4)));

        StringAssert.Contains(error.Message, "diverged");
        StringAssert.Contains(error.Message, "LearningRate");
        StringAssert.Contains(error.Message, "NormalizeIntensity");
    }

    [TestMethod]
    public void Fit_WeightsThatTheLastStepDestroys_AreNotTakenForAModel()
    {
        var context = new MLContext(seed: 1);
        var trainer = TwoBalls.BriefTrainer(
            context,
            options =>
                options with
                {
                    Loss = new DiceCrossEntropyLoss { DiceWeight = 1e6, CrossEntropyWeight = 1e6 },
                    Sampling = options.Sampling with { StepsPerEpoch = 1 },
                    Optimization = options.Optimization with
                    {
                        Optimizer = OptimizerKind.SgdNesterov,
                        LearningRate = 3e38,
                        MaxEpoch = 1,
                        GradientClipNorm = 0,
                    },
                }
        );

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(TwoBalls.Data(context, 4)));

        StringAssert.Contains(error.Message, "Weights are not numbers in epoch 1, step 1");
    }

    private sealed class Prediction
    {
        [LabelVolumeColumn]
        public LabelVolume PredictedLabel { get; set; } = null!;
    }
}
