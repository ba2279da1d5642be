using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Training;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Epochs, optimiser and learning rate: <see cref="SegmentationTrainer.Options.Optimization"/>.</summary>
public sealed record OptimizationOptions : ITrainingLength
{
    /// <summary>Epochs.</summary>
    /// <value>At least 1. Default: 50.</value>
    public int MaxEpoch { get; init; } = 50;

    /// <summary>How gradients change weights.</summary>
    /// <value>Default: AdamW.</value>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    /// <summary>The initial learning rate.</summary>
    /// <value>Above 0. Default: 1e-3, for AdamW; about 1e-2 suits SGD with Nesterov momentum.</value>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>How the learning rate falls.</summary>
    /// <value>Default: polynomial of power 0.9.</value>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Polynomial;

    /// <summary>Steps over which the learning rate first rises.</summary>
    /// <value>At least 0. Default: 0.</value>
    public int WarmUpSteps { get; init; }

    /// <summary>How much weights are pulled towards 0 in each step, relative to the learning rate.</summary>
    /// <value>At least 0. Default: 0.01.</value>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Momentum of SGD.</summary>
    /// <value>Above 0, below 1. Default: 0.99, as nnU-Net. Ignored by Adam and AdamW.</value>
    public double Momentum { get; init; } = 0.99;

    /// <summary>How slowly Adam's and AdamW's mean of the gradient follows; beta 1 in the paper.</summary>
    /// <value>0 to below 1. Default: 0.9.</value>
    public double AdamBeta1 { get; init; } = 0.9;

    /// <summary>How slowly Adam's and AdamW's mean of the squared gradient follows; beta 2 in the paper.</summary>
    /// <value>0 to below 1. Default: 0.999.</value>
    public double AdamBeta2 { get; init; } = 0.999;

    /// <summary>The largest norm of the gradient of all weights together; larger gradients are scaled down to it.</summary>
    /// <value>At least 0; 0 for no limit. Default: 12, as nnU-Net.</value>
    public double GradientClipNorm { get; init; } = 12;

    /// <summary>
    /// Batches whose gradients are averaged into one step: a step then sees as many times Sampling.BatchSize patches, in the memory of one
    /// batch.
    /// </summary>
    /// <value>At least 1. Default: 1. Batch norms and a Dice that is pooled over the batch see each batch by itself.</value>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>How slowly the running average of the weights follows them. The average is what is kept.</summary>
    /// <value>0 to below 1; 0 for no average. Default: 0.99.</value>
    public double WeightAverageDecay { get; init; } = 0.99;

    /// <summary>
    /// How long training lasts at most, validation and earlier processes included. The learning rate reaches its end within this time.
    /// </summary>
    /// <value>
    /// Above 0. Default: null, as long as <see cref="MaxEpoch"/> epochs take. Training under a time budget depends on the speed of the
    /// machine, so that the same seed does not give the same model.
    /// </value>
    public TimeSpan? TimeBudget { get; init; }

    /// <summary>The learning rate of a step.</summary>
    /// <param name="shareDone">How much of the training is over, 0 to 1.</param>
    /// <param name="step">The steps done.</param>
    internal double RateAt(double shareDone, long step) =>
        Schedule.At(LearningRate, shareDone) * (step < WarmUpSteps ? (step + 1.0) / WarmUpSteps : 1);

    internal void AddFaults(OptionFaults faults)
    {
        faults.AtLeast("Optimization.MaxEpoch", MaxEpoch, 1);
        faults.Require(
            TimeBudget is not { } budget || budget > TimeSpan.Zero,
            "Optimization.TimeBudget",
            TimeBudget,
            "above 0, or left out"
        );
        faults.AtLeast("Optimization.WarmUpSteps", WarmUpSteps, 0);
        faults.Require(AccumulationSteps is >= 1 and <= 10_000, "Optimization.AccumulationSteps", AccumulationSteps, "from 1 to 10,000");
        faults.Require(Enum.IsDefined(Optimizer), "Optimization.Optimizer", Optimizer, string.Join(", ", Enum.GetNames<OptimizerKind>()));
        faults.Require(
            LearningRate > 0 && double.IsFinite(LearningRate),
            "Optimization.LearningRate",
            LearningRate,
            "above 0, such as 1e-3"
        );
        faults.Require(
            WeightDecay >= 0 && double.IsFinite(WeightDecay),
            "Optimization.WeightDecay",
            WeightDecay,
            "at least 0, such as 0.01"
        );
        faults.Require(Momentum is > 0 and < 1, "Optimization.Momentum", Momentum, "above 0 and below 1, such as 0.99");
        faults.Require(AdamBeta1 is >= 0 and < 1, "Optimization.AdamBeta1", AdamBeta1, "at least 0 and below 1, such as 0.9");
        faults.Require(AdamBeta2 is >= 0 and < 1, "Optimization.AdamBeta2", AdamBeta2, "at least 0 and below 1, such as 0.999");
        faults.Require(
            GradientClipNorm >= 0 && double.IsFinite(GradientClipNorm),
            "Optimization.GradientClipNorm",
            GradientClipNorm,
            "at least 0, such as 12"
        );
        faults.Require(
            WeightAverageDecay is >= 0 and < 1,
            "Optimization.WeightAverageDecay",
            WeightAverageDecay,
            "at least 0 and below 1, such as 0.99"
        );
    }
}
