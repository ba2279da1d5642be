using System.Diagnostics;
using Microsoft.ML.MedicalSegmentation.Data;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>
/// What every training does around its steps: epochs, resuming, time, stops, divergence, and the choice of the weights to keep.
/// </summary>
/// <remarks>At the end the network holds the weights of the best epoch. One loop trains once.</remarks>
/// <typeparam name="TEpoch">What is noted of an epoch.</typeparam>
/// <typeparam name="TBatch">What a step takes.</typeparam>
internal abstract class EpochLoop<TEpoch, TBatch> : IDisposable
    where TEpoch : class, ITrainingEpoch
    where TBatch : IDisposable
{
    private const double TrainingPerMeasuring = 9;

    private readonly ITrainingOptions<TEpoch> _options;
    private readonly long _seed;
    private readonly Action<string> _log;
    private readonly TrainingCheckpoint? _checkpoint;
    private readonly Stopwatch _clock = new();
    private double _secondsBefore;
    private double _measuringSeconds;
    private long _stepsDone;
    private bool _isTimeUp;

    /// <param name="network">The network whose weights are kept, on the device where it is trained.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="seed">Decides all that is random.</param>
    /// <param name="log">Takes a line per epoch.</param>
    /// <param name="checkpoint">Keeps the state between epochs, and may hold one to continue from; null if there is none.</param>
    protected EpochLoop(
        Network network,
        ITrainingOptions<TEpoch> options,
        long seed,
        Action<string> log,
        TrainingCheckpoint? checkpoint
    )
    {
        (Network, _options, _seed, _log, _checkpoint) = (network, options, seed, log, checkpoint);
        Frozen = new(network, options.Initialization.FreezePatterns);
        Average = options.Length.WeightAverageDecay > 0 ? new(network, options.Length.WeightAverageDecay, Frozen.Names) : null;
        Best = new(network);
    }

    /// <summary>The network whose weights are kept.</summary>
    protected Network Network { get; }

    /// <summary>What of it stays.</summary>
    protected FrozenWeights Frozen { get; }

    /// <summary>The running average of its weights; null if there is none.</summary>
    protected WeightAverage? Average { get; }

    /// <summary>Its weights of the best epoch.</summary>
    protected WeightSnapshot Best { get; }

    /// <summary>Steps of an epoch.</summary>
    protected abstract int StepsPerEpoch { get; }

    /// <summary>All that training changes.</summary>
    protected abstract TrainingParts State { get; }

    /// <summary>True if there is a validation set.</summary>
    protected abstract bool HasValidation { get; }

    /// <summary>What has not become better where training stops early, such as "validation Dice has not risen".</summary>
    protected abstract string Stalled { get; }

    /// <summary>What to do where training diverges.</summary>
    protected abstract string Remedy { get; }

    /// <summary>Seconds since training began, those of earlier processes included.</summary>
    protected double Seconds => _secondsBefore + _clock.Elapsed.TotalSeconds;

    /// <summary>Ends training between two steps.</summary>
    protected CancellationToken CancellationToken => _options.CancellationToken;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Trains to the end.</summary>
    /// <returns>The epochs, and whether there are fewer than there should be.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; the network holds weights of no particular step.</exception>
    /// <exception cref="InvalidOperationException">The loss is not a number any more.</exception>
    /// <exception cref="ArgumentException">The checkpoint belongs to another training.</exception>
    /// <exception cref="InputDataException">The checkpoint is damaged.</exception>
    protected (IReadOnlyList<TEpoch> Epochs, bool StoppedEarly) RunEpochs()
    {
        var epochs = Resume();
        var fillers = Enumerable.Range(1, MaxEpoch).Skip(epochs.Count).SelectMany(Fillers);
        using var batches = new BatchPrefetcher<TBatch>(CreateBatch, fillers, _options.WorkersOrDefault);

        _clock.Start();
        while (epochs.Count < MaxEpoch && !HasStalled(epochs) && !_isTimeUp)
        {
            var epoch = epochs.Count + 1;
            if (RunEpoch(batches, epoch) is not { } trained)
            {
                KeepUnfinished(epoch);
                break;
            }

            var metrics = Validate(trained, epochs);
            epochs.Add(metrics);
            _checkpoint?.Save(State, epochs, isLast: epoch == MaxEpoch || _isTimeUp || HasStalled(epochs));
            _log($"{metrics}");
            _options.MetricsCallback?.Invoke(metrics);
            if (HasStalled(epochs))
            {
                _log($"Stopped after epoch {epoch}: {Stalled} for {_options.Validation.EarlyStoppingPatience} epochs.");
            }
        }

        Best.Restore();
        return (epochs, epochs.Count < MaxEpoch);
    }

    /// <summary>An empty batch.</summary>
    protected abstract TBatch CreateBatch();

    /// <summary>Actions that fill the batches of an epoch, in order; several run at once.</summary>
    /// <param name="epoch">From 1. What is random depends on the seed and on this number alone.</param>
    protected abstract IEnumerable<Action<TBatch>> Fillers(int epoch);

    /// <summary>The learning rate of a step.</summary>
    protected abstract double RateAt(StepPlace place);

    /// <summary>Makes a step.</summary>
    /// <returns>The loss; not a finite number where training has diverged, and then no weight has changed.</returns>
    protected abstract double Step(BatchPrefetcher<TBatch> batches, StepPlace place, double rate);

    /// <summary>What the losses of the last step are, for the message of divergence.</summary>
    protected virtual string Describe(double loss) => $"The loss is {loss}";

    /// <summary>What is noted of an epoch before it is measured.</summary>
    protected abstract TEpoch Note(EpochSummary summary, int maxEpoch);

    /// <summary>The epoch with what the validation set gives, the seconds and whether it is better than the best before it.</summary>
    /// <param name="metrics">The epoch.</param>
    /// <param name="best">The best epoch before; null for the first one.</param>
    protected abstract TEpoch Measure(TEpoch metrics, TEpoch? best);

    /// <summary>The epoch as one that was not measured.</summary>
    protected abstract TEpoch Unmeasured(TEpoch metrics);

    /// <summary>True if the validation set was used after the epoch.</summary>
    protected abstract bool IsMeasured(TEpoch metrics);

    /// <summary>Frees what the loop holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Average?.Dispose();
            Best.Dispose();
        }
    }

    private int MaxEpoch => _options.Length.MaxEpoch;

    // What is left for steps when the last measurement is taken off.
    private double? SecondsForSteps =>
        _options.Length.TimeBudget is { } budget ? Math.Max(budget.TotalSeconds - _measuringSeconds, 1e-3) : null;

    // How much of the training is over, 0 to 1, by steps or by time, whichever is further.
    private double ShareDone(long steps) =>
        Math.Min(
            1,
            Math.Max(
                (double)steps / ((long)MaxEpoch * StepsPerEpoch),
                SecondsForSteps is { } seconds ? Seconds / seconds : 0
            )
        );

    // The epochs that an earlier process has done.
    private List<TEpoch> Resume()
    {
        List<TEpoch> epochs = [.. _checkpoint?.Resume<TEpoch>(State) ?? []];
        if (epochs.Count > 0)
        {
            _secondsBefore = epochs[^1].Seconds;
            var before = epochs[^1].MaxEpoch;
            _log(
                $"Resuming after epoch {epochs.Count}/{before} from '{_options.Checkpoint.Path}'"
                    + (
                        before == MaxEpoch
                            ? "."
                            : $", to epoch {MaxEpoch}; the learning rate follows the new number of epochs."
                    )
            );
        }

        return epochs;
    }

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
            $"Stopped in epoch {epoch}/{MaxEpoch}; "
                + $"{(Best.IsUpdated ? "the weights of the best epoch so far" : "the present weights")} are kept."
        );
        if (!Best.IsUpdated)
        {
            if (!HasFiniteWeights())
            {
                throw new InvalidOperationException(
                    "Training was stopped, and its weights are not numbers: it has diverged. Lower the learning rate."
                );
            }

            Average?.Swap();
            Best.Update();
        }
    }

    // What is noted of the epoch, or null if it was stopped before its end.
    private TEpoch? RunEpoch(BatchPrefetcher<TBatch> batches, int epoch)
    {
        // Dropout depends on the epoch alone.
        random.manual_seed(new RandomStream(_seed, StreamKeys.Step, epoch).NextInt(int.MaxValue));
        Network.train();
        Network.OnEpochStarting(epoch);
        Frozen.Apply();
        var (began, waited) = (Seconds, batches.Waited);
        var (sum, rate, step, steps) = (0.0, 0.0, 0, StepsPerEpoch);
        for (; step < steps && !_isTimeUp; step++)
        {
            CancellationToken.ThrowIfCancellationRequested();
            if (_options.StopToken.IsCancellationRequested)
            {
                return null;
            }

            var done = ((long)(epoch - 1) * steps) + step;
            var place = new StepPlace(epoch, step, done, ShareDone(done));
            rate = RateAt(place);
            var loss = Step(batches, place, rate);
            _stepsDone++;
            if (!double.IsFinite(loss))
            {
                throw Diverged(Describe(loss), epoch, step + 1, rate);
            }

            Average?.Update();
            sum += loss;
            _isTimeUp = Seconds >= SecondsForSteps;
            _options.ProgressCallback?.Invoke(new(epoch, MaxEpoch, step + 1, steps, loss) { ShareDone = ShareDone(done + 1) });
        }

        if (!HasFiniteWeights())
        {
            throw Diverged("Weights are not numbers", epoch, step, rate);
        }

        var now = Seconds;
        var seconds = Math.Max(now - began, 1e-9);
        return Note(
            new(epoch, step, sum / step, rate, now, step / seconds, (batches.Waited - waited).TotalSeconds / seconds),
            MaxEpoch
        );
    }

    // A gradient that is not a number shows in the next step's loss, and the last step has no next one.
    private bool HasFiniteWeights()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return Network.parameters().All(parameter => parameter.isfinite().all().item<bool>());
    }

    // Measures the epoch where it is due, and keeps its weights where they are the best.
    private TEpoch Validate(TEpoch metrics, List<TEpoch> before)
    {
        var isLast = metrics.Epoch == metrics.MaxEpoch || _isTimeUp;
        if (HasValidation && !isLast && (metrics.Epoch % _options.Validation.Interval != 0 || !IsMeasuringAffordable(before)))
        {
            return Unmeasured(metrics);
        }

        Average?.Swap();
        try
        {
            if (HasValidation)
            {
                var began = metrics.Seconds;
                metrics = Measure(metrics, before.LastOrDefault(epoch => epoch.IsBest));
                _measuringSeconds = Seconds - began;
            }

            if (metrics.IsBest && (HasValidation || isLast))
            {
                Best.Update();
            }
        }
        finally
        {
            Average?.Swap();
        }

        return metrics;
    }

    // Under a time budget measurements take about a tenth of the time; the first one shows how long they take.
    private bool IsMeasuringAffordable(List<TEpoch> before) =>
        _options.Length.TimeBudget is null
        || before.LastOrDefault(IsMeasured) is not { } last
        || Seconds - last.Seconds >= TrainingPerMeasuring * _measuringSeconds;

    private bool HasStalled(List<TEpoch> epochs) =>
        _options.Validation.EarlyStoppingPatience > 0
        && epochs.Count > 0
        && IsMeasured(epochs[^1])
        && epochs[^1].Epoch - epochs.Last(epoch => epoch.IsBest).Epoch >= _options.Validation.EarlyStoppingPatience;

    private InvalidOperationException Diverged(string what, int epoch, int step, double rate) =>
        new($"{what} in epoch {epoch}, step {step}, at a learning rate of {rate:0.###e+0}: training has diverged. {Remedy}");
}
