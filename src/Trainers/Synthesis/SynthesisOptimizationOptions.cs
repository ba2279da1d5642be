using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Training;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Epochs, Adam and learning rates of a synthesis: <see cref="SynthesisTrainer.Options.Optimization"/>.</summary>
/// <remarks>
/// Each step updates the discriminators first and then the generator, each by its own Adam. Nie et al. 2019,
/// https://arxiv.org/abs/1907.03297.
/// </remarks>
public sealed record SynthesisOptimizationOptions : ITrainingLength
{
    /// <summary>Epochs.</summary>
    /// <value>At least 1. Default: 50.</value>
    public int MaxEpoch { get; init; } = 50;

    /// <summary>The generator's initial learning rate.</summary>
    /// <value>Above 0. Default: 2e-4.</value>
    public double LearningRate { get; init; } = 2e-4;

    /// <summary>The discriminators' initial learning rate.</summary>
    /// <value>Above 0. Default: null, that of the generator.</value>
    public double? DiscriminatorLearningRate { get; init; }

    /// <summary>How slowly Adam's mean of the gradient follows; beta 1 in the paper.</summary>
    /// <value>0 to below 1. Default: 0.5.</value>
    public double AdamBeta1 { get; init; } = 0.5;

    /// <summary>How slowly Adam's mean of the squared gradient follows; beta 2 in the paper.</summary>
    /// <value>0 to below 1. Default: 0.999.</value>
    public double AdamBeta2 { get; init; } = 0.999;

    /// <summary>How the learning rates fall.</summary>
    /// <value>Default: constant.</value>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>The largest norm of the gradient of all weights of a network together; larger gradients are scaled down to it.</summary>
    /// <value>At least 0; 0 for no limit. Default: 0.</value>
    public double GradientClipNorm { get; init; }

    /// <summary>How slowly the running average of the generator's weights follows them. The average is what is kept.</summary>
    /// <value>0 to below 1; 0 for no average. Default: 0, as in the paper.</value>
    public double WeightAverageDecay { get; init; }

    /// <summary>
    /// How long training lasts at most, validation and earlier processes included. The learning rate reaches its end within this time.
    /// </summary>
    /// <value>
    /// Above 0. Default: null, as long as <see cref="MaxEpoch"/> epochs take. Training under a time budget is not repeatable.
    /// </value>
    public TimeSpan? TimeBudget { get; init; }

    /// <summary>Adam for the generator, as the factory of optimisers takes it.</summary>
    internal OptimizationOptions Generator => new()
    {
        Optimizer = OptimizerKind.Adam,
        LearningRate = LearningRate,
        Schedule = Schedule,
        WeightDecay = 0,
        AdamBeta1 = AdamBeta1,
        AdamBeta2 = AdamBeta2,
    };

    /// <summary>Adam for a discriminator.</summary>
    internal OptimizationOptions Discriminator => Generator with { LearningRate = DiscriminatorLearningRate ?? LearningRate };

    internal void AddFaults(OptionFaults faults)
    {
        faults.AtLeast("Optimization.MaxEpoch", MaxEpoch, 1);
        faults.Require(
            TimeBudget is not { } budget || budget > TimeSpan.Zero,
            "Optimization.TimeBudget",
            TimeBudget,
            "above 0, or left out"
        );
        faults.Require(
            LearningRate > 0 && double.IsFinite(LearningRate),
            "Optimization.LearningRate",
            LearningRate,
            "above 0, such as 2e-4"
        );
        faults.Require(
            DiscriminatorLearningRate is not { } rate || (rate > 0 && double.IsFinite(rate)),
            "Optimization.DiscriminatorLearningRate",
            DiscriminatorLearningRate,
            "above 0, or left out"
        );
        faults.Require(AdamBeta1 is >= 0 and < 1, "Optimization.AdamBeta1", AdamBeta1, "at least 0 and below 1, such as 0.5");
        faults.Require(AdamBeta2 is >= 0 and < 1, "Optimization.AdamBeta2", AdamBeta2, "at least 0 and below 1, such as 0.999");
        faults.Require(
            GradientClipNorm >= 0 && double.IsFinite(GradientClipNorm),
            "Optimization.GradientClipNorm",
            GradientClipNorm,
            "at least 0"
        );
        faults.Require(WeightAverageDecay is >= 0 and < 1, "Optimization.WeightAverageDecay", WeightAverageDecay, "at least 0 and below 1");
    }
}
