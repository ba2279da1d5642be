using Microsoft.ML.MedicalSegmentation.Data;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Partitioning;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>Trains one network by an objective; Dice on the validation set chooses the epoch.</summary>
internal sealed class TrainingLoop : EpochLoop<SegmentationTrainingMetrics, TrainingBatch>
{
    private readonly Device _device;
    private readonly SegmentationTrainer.Options _options;
    private readonly TrainingObjective _objective;
    private readonly ValidationSet? _validation;
    private readonly PartitionedNetwork? _parts;
    private readonly TrainingStep _step;
    private readonly WeightOptimizer _optimizer;

    /// <param name="network">On <paramref name="device"/>.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="objective">What is learned from, and the loss.</param>
    /// <param name="validation">The measurement of Dice after each epoch, or null without a validation set.</param>
    /// <param name="seed">Decides the order of cases, and patches.</param>
    /// <param name="log">Takes a line per epoch.</param>
    /// <param name="checkpoint">Keeps the state between epochs, and may hold one to continue from; null if there is none.</param>
    public TrainingLoop(
        Network network,
        Device device,
        SegmentationTrainer.Options options,
        TrainingObjective objective,
        ValidationSet? validation,
        long seed,
        Action<string> log,
        TrainingCheckpoint? checkpoint
    )
        : base(network, options, seed, log, checkpoint)
    {
        (_device, _options, _objective, _validation) = (device, options, objective, validation);
        _parts = options.Partition is { } partition ? new PartitionedNetwork(network, partition, device) : null;
        _optimizer = WeightOptimizer.Create(options.Optimization, Frozen.Trained);
        _step = new TrainingStep(_optimizer, options.Optimization.GradientClipNorm);
    }

    /// <inheritdoc/>
    protected override int StepsPerEpoch => _objective.StepsPerEpoch;

    /// <inheritdoc/>
    protected override TrainingParts State =>
        new([("last", Network.state_dict())], [("optimizer", _optimizer)], Average, Best);

    /// <inheritdoc/>
    protected override bool HasValidation => _validation is not null;

    /// <inheritdoc/>
    protected override string Stalled => "validation Dice has not risen";

    /// <inheritdoc/>
    protected override string Remedy =>
        $"Lower Optimization.LearningRate (it is {_options.Optimization.LearningRate}), set Optimization.GradientClipNorm (it is "
        + $"{_options.Optimization.GradientClipNorm}; 12 is usual), raise Optimization.WarmUpSteps, and make sure that "
        + "NormalizeIntensity stands before the trainer.";

    /// <summary>Trains to the end.</summary>
    /// <inheritdoc cref="EpochLoop{TEpoch, TBatch}.RunEpochs"/>
    public SegmentationTrainingHistory Run()
    {
        var (epochs, stoppedEarly) = RunEpochs();
        return new(epochs, stoppedEarly);
    }

    /// <inheritdoc/>
    protected override TrainingBatch CreateBatch() => _objective.CreateBatch();

    /// <inheritdoc/>
    protected override IEnumerable<Action<TrainingBatch>> Fillers(int epoch) => _objective.Fillers(epoch);

    /// <inheritdoc/>
    protected override double RateAt(StepPlace place) => _options.Optimization.RateAt(place.ShareDone, place.StepsBefore);

    /// <inheritdoc/>
    protected override double Step(BatchPrefetcher<TrainingBatch> batches, StepPlace place, double rate) =>
        _step.Run(_objective, batches, (place.Epoch, place.Step), rate, CancellationToken);

    /// <inheritdoc/>
    protected override SegmentationTrainingMetrics Note(EpochSummary summary, int maxEpoch) =>
        new()
        {
            Epoch = summary.Epoch,
            MaxEpoch = maxEpoch,
            Loss = summary.Loss,
            LearningRate = summary.Rate,
            IsBest = true,
            Seconds = summary.Seconds,
            StepsPerSecond = summary.StepsPerSecond,
            WaitedShare = summary.WaitedShare,
        };

    /// <inheritdoc/>
    protected override SegmentationTrainingMetrics Measure(SegmentationTrainingMetrics metrics, SegmentationTrainingMetrics? best)
    {
        var dice = _validation?.Measure(Network, _device, CancellationToken, _parts is null ? null : _parts.Forward) ?? [];
        metrics = metrics with { ValidationDice = dice, Seconds = Seconds };
        return metrics with { IsBest = best is null || Score(metrics) > Score(best) };
    }

    /// <inheritdoc/>
    protected override SegmentationTrainingMetrics Unmeasured(SegmentationTrainingMetrics metrics) => metrics with { IsBest = false };

    /// <inheritdoc/>
    protected override bool IsMeasured(SegmentationTrainingMetrics metrics) => metrics.ValidationDice.Count > 0;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _optimizer.Dispose();
        }

        base.Dispose(disposing);
    }

    // A Dice that no volume gives is worse than any.
    private static double Score(SegmentationTrainingMetrics metrics) =>
        double.IsNaN(metrics.MeanValidationDice) ? double.NegativeInfinity : metrics.MeanValidationDice;
}
