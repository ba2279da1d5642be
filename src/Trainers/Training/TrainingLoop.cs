using System.Diagnostics;
using Microsoft.ML.MedicalSegmentation.Data;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Partitioning;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>Trains a network: steps, epochs, validation, and the choice of the weights to keep.</summary>
/// <remarks>At the end the network holds the weights of the best epoch. One loop trains once.</remarks>
internal sealed class TrainingLoop : IDisposable
{
    private const double TrainingPerMeasuring = 9;

    private readonly Network _network;
    private readonly Device _device;
    private readonly SegmentationTrainer.Options _options;
    private readonly long _seed;
    private readonly Action<string> _log;
    private readonly PartitionedNetwork? _parts;
    private readonly TrainingStep _step;
    private readonly FrozenWeights _frozen;
    private readonly OptimizerHelper _optimizer;
    private readonly WeightAverage? _average;
    private readonly WeightSnapshot _best;
    private readonly TrainingCheckpoint? _checkpoint;
    private readonly Stopwatch _clock = new();
    private double _secondsBefore;
    private double _measuringSeconds;
    private long _stepsDone;
    private bool _isTimeUp;

    /// <param name="network">On <paramref name="device"/>.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="seed">Decides the order of cases, and patches.</param>
    /// <param name="log">Takes a line per epoch.</param>
    /// <param name="checkpoint">Keeps the state between epochs, and may hold one to go on from; null if there is none.</param>
    public TrainingLoop(
        Network network,
        Device device,
        SegmentationTrainer.Options options,
        long seed,
        Action<string> log,
        TrainingCheckpoint? checkpoint = null
    )
    {
        _checkpoint = checkpoint;
        _network = network;
        _device = device;
        _options = options;
        _seed = seed;
        _log = log;
        _parts = options.Partition is { } partition ? new PartitionedNetwork(network, partition, device) : null;
        _frozen = new FrozenWeights(network, options.Initialization.FreezePatterns);
        _optimizer = OptimizerFactory.Create(options.Optimization, _frozen.Trained);
        _step = new TrainingStep(network, _optimizer, options.Optimization.GradientClipNorm);
        _average =
            options.Optimization.WeightAverageDecay > 0
                ? new WeightAverage(network, options.Optimization.WeightAverageDecay, _frozen.Names)
                : null;
        _best = new WeightSnapshot(network);
    }

    /// <summary>Trains to the end.</summary>
    /// <param name="objective">What is learned from, and the loss.</param>
    /// <param name="validation">Measures Dice after epochs; null if there is no validation set.</param>
    /// <exception cref="OperationCanceledException">Cancelled; the network holds weights of no particular step.</exception>
    /// <exception cref="InvalidOperationException">The loss is not a number any more.</exception>
    /// <exception cref="ArgumentException">The checkpoint belongs to another training.</exception>
    /// <exception cref="InputDataException">The checkpoint is damaged.</exception>
    public SegmentationTrainingHistory Run(TrainingObjective objective, ValidationSet? validation)
    {
        var epochs = Resume();
        var fillers = Enumerable.Range(1, _options.Optimization.MaxEpoch).Skip(epochs.Count).SelectMany(objective.Fillers);
        using var batches = new BatchPrefetcher<TrainingBatch>(objective.CreateBatch, fillers, _options.Sampling.WorkersOrDefault);

        _clock.Start();
        while (epochs.Count < _options.Optimization.MaxEpoch && !HasStalled(epochs) && !_isTimeUp)
        {
            var epoch = epochs.Count + 1;
            if (RunEpoch(objective, batches, epoch) is not { } trained)
            {
                KeepUnfinished(epoch);
                break;
            }

            var metrics = Validate(trained, epochs, validation);
            epochs.Add(metrics);
            _checkpoint?.Save(Parts, epochs, isLast: epoch == _options.Optimization.MaxEpoch || _isTimeUp || HasStalled(epochs));
            _log(metrics.ToString());
            _options.MetricsCallback?.Invoke(metrics);
            if (HasStalled(epochs))
            {
                _log($"Stopped after epoch {epoch}: validation Dice has not risen for {_options.Validation.EarlyStoppingPatience} epochs.");
            }
        }

        _best.Restore();
        return new SegmentationTrainingHistory(epochs, stoppedEarly: epochs.Count < _options.Optimization.MaxEpoch);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        _average?.Dispose();
        _best.Dispose();
    }

    private TrainingParts Parts => new(_network, _optimizer, _average, _best);

    private double Seconds => _secondsBefore + _clock.Elapsed.TotalSeconds;

    // The epochs that an earlier process has done.
    private List<SegmentationTrainingMetrics> Resume()
    {
        List<SegmentationTrainingMetrics> epochs = [.. _checkpoint?.Resume<SegmentationTrainingMetrics>(Parts) ?? []];
        if (epochs.Count > 0)
        {
            _secondsBefore = epochs[^1].Seconds;
            var before = epochs[^1].MaxEpoch;
            _log(
                $"Resuming after epoch {epochs.Count}/{before} from '{_options.Checkpoint.Path}'"
                    + (
                        before == _options.Optimization.MaxEpoch
                            ? "."
                            : $", to epoch {_options.Optimization.MaxEpoch}; the learning rate follows the new number of epochs."
                    )
            );
        }

        return epochs;
    }

    // What is left for steps when the last measurement is taken off.
    private double? SecondsForSteps =>
        _options.Optimization.TimeBudget is { } budget ? Math.Max(budget.TotalSeconds - _measuringSeconds, 1e-3) : null;

    /// <summary>How much of the training is over, 0 to 1, by steps or by time, whichever is further.</summary>
    private double ShareDone(long steps, long all)
        => Math.Min(1, Math.Max((double)steps / all, SecondsForSteps is { } seconds ? Seconds / seconds : 0));

    // Weights between two epochs are as good as any where no epoch was measured.
    private void KeepUnfinished(int epoch)
    {
        if (_stepsDone == 0 && epoch == 1)
        {
            throw new OperationCanceledException(
                "Training was stopped before its first step, so that there is no model.",
                _options.StopToken
            );
        }

        _log(
            $"Stopped in epoch {epoch}/{_options.Optimization.MaxEpoch}; {(_best.IsUpdated ? "the weights of the best epoch so far" : "the present weights")} are kept."
        );
        if (!_best.IsUpdated)
        {
            if (!HasFiniteWeights())
            {
                throw new InvalidOperationException(
                    "Training was stopped, and its weights are not numbers: it has diverged. Lower the learning rate."
                );
            }

            _average?.Swap();
            _best.Update();
        }
    }

    /// <summary>The metrics of an epoch, or null if it was stopped before its end.</summary>
    private SegmentationTrainingMetrics? RunEpoch(TrainingObjective objective, BatchPrefetcher<TrainingBatch> batches, int epoch)
    {
        random.manual_seed(new RandomStream(_seed, StreamKeys.Step, epoch).NextInt(int.MaxValue)); // So that dropout depends on the epoch alone.
        _network.train();
        _network.OnEpochStarting(epoch);
        _frozen.Apply();
        var (began, waited) = (Seconds, batches.Waited);
        double sum = 0, rate = 0;
        var (step, steps) = (0, objective.StepsPerEpoch);
        for (; step < steps && !_isTimeUp; step++)
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            if (_options.StopToken.IsCancellationRequested)
            {
                return null;
            }

            var (done, all) = (((long)(epoch - 1) * steps) + step, (long)_options.Optimization.MaxEpoch * steps);
            rate = _options.Optimization.RateAt(ShareDone(done, all), done);
            var loss = _step.Run(objective, batches, (epoch, step), rate, _options.CancellationToken);
            _stepsDone++;
            if (!double.IsFinite(loss))
            {
                throw NotFinite($"The loss is {loss}", epoch, step + 1, rate);
            }

            _average?.Update();
            sum += loss;
            _isTimeUp = Seconds >= SecondsForSteps;
            _options.ProgressCallback?.Invoke(
                new SegmentationTrainingProgress(epoch, _options.Optimization.MaxEpoch, step + 1, steps, loss)
                {
                    ShareDone = ShareDone(done + 1, all),
                }
            );
        }

        if (!HasFiniteWeights())
        {
            throw NotFinite("Weights are not numbers", epoch, step, rate);
        }

        var seconds = Seconds;
        return new SegmentationTrainingMetrics
        {
            Epoch = epoch,
            MaxEpoch = _options.Optimization.MaxEpoch,
            Loss = sum / step,
            LearningRate = rate,
            IsBest = true,
            Seconds = seconds,
            StepsPerSecond = step / Math.Max(seconds - began, 1e-9),
            WaitedShare = (batches.Waited - waited).TotalSeconds / Math.Max(seconds - began, 1e-9),
        };
    }

    // A gradient that is not a number shows in the next step's loss, and the last step has no next one.
    private bool HasFiniteWeights()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return _network.parameters().All(parameter => parameter.isfinite().all().item<bool>());
    }

    /// <summary>Measures the epoch where it is due, and keeps its weights where they are the best.</summary>
    private SegmentationTrainingMetrics Validate(
        SegmentationTrainingMetrics metrics, List<SegmentationTrainingMetrics> before, ValidationSet? validation)
    {
        var isLast = metrics.Epoch == metrics.MaxEpoch || _isTimeUp;
        var isDue =
            validation is not null && (isLast || (metrics.Epoch % _options.Validation.Interval == 0 && IsMeasuringAffordable(before)));
        if (validation is not null && !isDue)
        {
            return metrics with { IsBest = false };
        }

        _average?.Swap();
        try
        {
            if (validation is not null)
            {
                var dice = validation.Measure(_network, _device, _options.CancellationToken, _parts is null ? null : _parts.Forward);
                _measuringSeconds = Seconds - metrics.Seconds;
                metrics = metrics with { ValidationDice = dice, Seconds = Seconds };
                metrics = metrics with { IsBest = before.LastOrDefault(e => e.IsBest) is not { } best || Score(metrics) > Score(best) };
            }

            if (metrics.IsBest && (validation is not null || isLast))
            {
                _best.Update();
            }
        }
        finally
        {
            _average?.Swap();
        }

        return metrics;
    }

    // Under a time budget measurements take about a tenth of the time; the first one shows how long they take.
    private bool IsMeasuringAffordable(List<SegmentationTrainingMetrics> before)
        => _options.Optimization.TimeBudget is null
            || before.LastOrDefault(epoch => epoch.ValidationDice.Count > 0) is not { } last
            || Seconds - last.Seconds >= TrainingPerMeasuring * _measuringSeconds;

    // A Dice that no volume gives is worse than any.
    private static double Score(SegmentationTrainingMetrics metrics)
        => double.IsNaN(metrics.MeanValidationDice) ? double.NegativeInfinity : metrics.MeanValidationDice;

    private bool HasStalled(List<SegmentationTrainingMetrics> epochs)
        => _options.Validation.EarlyStoppingPatience > 0 && epochs.Count > 0 && epochs[^1].ValidationDice.Count > 0
            && epochs[^1].Epoch - epochs.Last(e => e.IsBest).Epoch >= _options.Validation.EarlyStoppingPatience;

    private InvalidOperationException NotFinite(string what, int epoch, int step, double rate)
        => new(
            $"{what} in epoch {epoch}, step {step}, at a learning rate of {rate:0.###e+0}: training has diverged. "
                + $"Lower Optimization.LearningRate (it is {_options.Optimization.LearningRate}), set Optimization.GradientClipNorm (it is {_options.Optimization.GradientClipNorm}; 12 is usual), "
                + "raise Optimization.WarmUpSteps, and make sure that NormalizeIntensity stands before the trainer."
        );
}
