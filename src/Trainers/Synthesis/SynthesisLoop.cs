using System.Diagnostics;
using Microsoft.ML.MedicalSegmentation.Data;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>Trains the networks of a synthesis: steps, epochs, validation, and the choice of the weights to keep.</summary>
/// <remarks>At the end the generator holds the weights of the best epoch. One loop trains once.</remarks>
internal sealed class SynthesisLoop : IDisposable
{
    private const double TrainingPerMeasuring = 9;

    private readonly SynthesisNetworks _networks;
    private readonly SynthesisTrainer.Options _options;
    private readonly Device _device;
    private readonly long _seed;
    private readonly Action<string> _log;
    private readonly TrainingCheckpoint? _checkpoint;
    private readonly FrozenWeights _frozen;
    private readonly AdversarialStep _step;
    private readonly SynthesisTrainingState _state;
    private readonly Stopwatch _clock = new();
    private double _secondsBefore;
    private double _measuringSeconds;
    private long _stepsDone;
    private bool _isTimeUp;

    /// <param name="networks">On <paramref name="device"/>.</param>
    /// <param name="device">Where they compute.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="seed">Decides the order of cases, and patches.</param>
    /// <param name="log">Takes a line per epoch.</param>
    /// <param name="checkpoint">Keeps the state between epochs, and may hold one to go on from; null if there is none.</param>
    public SynthesisLoop(
        SynthesisNetworks networks,
        Device device,
        SynthesisTrainer.Options options,
        long seed,
        Action<string> log,
        TrainingCheckpoint? checkpoint
    )
    {
        (_networks, _device, _options, _seed, _log, _checkpoint) = (networks, device, options, seed, log, checkpoint);
        _frozen = new FrozenWeights(networks.Generator, options.Initialization.FreezePatterns);
        _step = new AdversarialStep(networks, options, _frozen.Trained);
        var decay = options.Optimization.WeightAverageDecay;
        _state = new(
            networks,
            _step,
            decay > 0 ? new WeightAverage(networks.Generator, decay, _frozen.Names) : null,
            new WeightSnapshot(networks.Generator)
        );
    }

    /// <summary>Trains to the end.</summary>
    /// <param name="training">Pairs to learn from.</param>
    /// <param name="patch">Channels of source and target together, and size of patches.</param>
    /// <param name="targets">The target's channels.</param>
    /// <param name="validation">Evaluates the validation set after each epoch; null for none.</param>
    /// <exception cref="OperationCanceledException">Cancelled; the networks hold weights of no particular step.</exception>
    /// <exception cref="InvalidOperationException">A loss is not a number any more.</exception>
    /// <exception cref="ArgumentException">The checkpoint belongs to another training.</exception>
    /// <exception cref="InputDataException">The checkpoint is damaged.</exception>
    public SynthesisTrainingHistory Run(
        CaseStore training,
        VolumeShape patch,
        IReadOnlyList<SynthesisChannel> targets,
        SynthesisValidation? validation
    )
    {
        var sampling = _options.Sampling;
        var schedule = new CaseSchedule(training.Count, sampling.BatchSize, sampling.StepsPerEpoch, _seed);
        var sourceChannels = patch.Channels - targets.Count;
        var sampler = new PatchSampler(
            patch,
            PairedCase.Classes,
            _options.RegionColumnName is null ? 0 : sampling.ForegroundFraction,
            SourceAugmentation.Of(_options.Augmentation, sourceChannels)
        );
        var epochs = Resume();
        var fillers = Enumerable.Range(1, MaxEpoch).Skip(epochs.Count).SelectMany(epoch => Fillers(training, schedule, sampler, epoch));
        using var pairs = new PairedBatch(targets, sourceChannels, _networks.Generator.Options.SpatialDims, _device);
        using var batches = new BatchPrefetcher<TrainingBatch>(
            () => new TrainingBatch(sampling.BatchSize, patch),
            fillers,
            sampling.WorkersOrDefault
        );

        _clock.Start();
        while (epochs.Count < MaxEpoch && !HasStalled(epochs) && !_isTimeUp)
        {
            var epoch = epochs.Count + 1;
            if (RunEpoch(batches, pairs, schedule.StepsPerEpoch, epoch) is not { } trained)
            {
                KeepUnfinished(epoch);
                break;
            }

            var metrics = Validate(trained, epochs, validation);
            epochs.Add(metrics);
            _checkpoint?.Save(_state, epochs, isLast: epoch == MaxEpoch || _isTimeUp || HasStalled(epochs));
            _log(metrics.ToString());
            _options.MetricsCallback?.Invoke(metrics);
            if (HasStalled(epochs))
            {
                _log(
                    $"Stopped after epoch {epoch}: the validation error has not fallen for {_options.Validation.EarlyStoppingPatience} epochs."
                );
            }
        }

        _state.Best.Restore();
        return new SynthesisTrainingHistory(epochs, stoppedEarly: epochs.Count < MaxEpoch);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _step.Dispose();
        _state.Average?.Dispose();
        _state.Best.Dispose();
    }

    private int MaxEpoch => _options.Optimization.MaxEpoch;

    private double Seconds => _secondsBefore + _clock.Elapsed.TotalSeconds;

    // What is left for steps when the last measurement is taken off.
    private double? SecondsForSteps =>
        _options.Optimization.TimeBudget is { } budget ? Math.Max(budget.TotalSeconds - _measuringSeconds, 1e-3) : null;

    // The epochs that an earlier process has done.
    private List<SynthesisTrainingMetrics> Resume()
    {
        List<SynthesisTrainingMetrics> epochs = [.. _checkpoint?.Resume<SynthesisTrainingMetrics>(_state) ?? []];
        if (epochs.Count > 0)
        {
            _secondsBefore = epochs[^1].Seconds;
            _log($"Resuming after epoch {epochs.Count}/{epochs[^1].MaxEpoch} from '{_options.Checkpoint.Path}', to epoch {MaxEpoch}.");
        }

        return epochs;
    }

    private IEnumerable<Action<TrainingBatch>> Fillers(CaseStore training, CaseSchedule schedule, PatchSampler sampler, int epoch)
    {
        var first = 0;
        foreach (var cases in schedule.Epoch(epoch).Chunk(_options.Sampling.BatchSize))
        {
            var start = first;
            yield return batch =>
                batch.Fill(
                    [.. cases.Select(index => training[index])],
                    sampler,
                    i => new RandomStream(_seed, StreamKeys.Patch, epoch, start + i)
                );
            first += cases.Length;
        }
    }

    // How much of the training is over, 0 to 1, by steps or by time, whichever is further.
    private double ShareDone(long steps, long all) =>
        Math.Min(1, Math.Max((double)steps / all, SecondsForSteps is { } seconds ? Seconds / seconds : 0));

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
            $"Stopped in epoch {epoch}/{MaxEpoch}; {(_state.HasBest ? "the weights of the best epoch so far" : "the present weights")} are kept."
        );
        if (!_state.HasBest)
        {
            RequireFiniteWeights(epoch, 0, 0);
            _state.Average?.Swap();
            _state.Best.Update();
        }
    }

    /// <summary>The metrics of an epoch, or null if it was stopped before its end.</summary>
    private SynthesisTrainingMetrics? RunEpoch(BatchPrefetcher<TrainingBatch> batches, PairedBatch pairs, int steps, int epoch)
    {
        random.manual_seed(new RandomStream(_seed, StreamKeys.Step, epoch).NextInt(int.MaxValue)); // So that dropout depends on the epoch alone.
        _networks.Generator.train();
        _networks.Generator.OnEpochStarting(epoch);
        _frozen.Apply();
        var (began, waited) = (Seconds, batches.Waited);
        var (sum, rate, step) = (default(StepLosses), 0.0, 0);
        for (; step < steps && !_isTimeUp; step++)
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            if (_options.StopToken.IsCancellationRequested)
            {
                return null;
            }

            var (done, all) = (((long)(epoch - 1) * steps) + step, (long)MaxEpoch * steps);
            var (share, optimization) = (ShareDone(done, all), _options.Optimization);
            rate = optimization.Generator.RateAt(share, done);
            var batch = batches.Take(_options.CancellationToken);
            var losses = pairs.Run(
                batch,
                (source, target, valid) => _step.Run(source, target, valid, rate, optimization.Discriminator.RateAt(share, done))
            );
            batches.Return(batch);
            _stepsDone++;
            if (!losses.IsFinite)
            {
                throw NotFinite(
                    $"The losses are {losses.Generator} of the generator, {losses.Global} and {losses.Local} of the discriminators",
                    epoch,
                    step + 1,
                    rate
                );
            }

            _state.Average?.Update();
            sum = sum.With(losses);
            _isTimeUp = Seconds >= SecondsForSteps;
            _options.ProgressCallback?.Invoke(
                new SegmentationTrainingProgress(epoch, MaxEpoch, step + 1, steps, losses.Generator)
                {
                    ShareDone = ShareDone(done + 1, all),
                }
            );
        }

        RequireFiniteWeights(epoch, step, rate);
        var seconds = Seconds;
        return new SynthesisTrainingMetrics
        {
            Epoch = epoch,
            MaxEpoch = MaxEpoch,
            Loss = sum.Generator / step,
            Reconstruction = sum.Reconstruction / step,
            GradientDifference = sum.GradientDifference / step,
            GlobalDiscriminator = sum.Global / step,
            LocalDiscriminator = sum.Local / step,
            LearningRate = rate,
            IsBest = true,
            Seconds = seconds,
            StepsPerSecond = step / Math.Max(seconds - began, 1e-9),
            WaitedShare = (batches.Waited - waited).TotalSeconds / Math.Max(seconds - began, 1e-9),
        };
    }

    // A gradient that is not a number shows in the next step's loss, and the last step has no next one.
    private void RequireFiniteWeights(int epoch, int step, double rate)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        if (!_networks.Generator.parameters().All(parameter => parameter.isfinite().all().item<bool>()))
        {
            throw NotFinite("Weights of the generator are not numbers", epoch, step, rate);
        }
    }

    /// <summary>Measures the epoch where it is due, and keeps its weights where they are the best.</summary>
    private SynthesisTrainingMetrics Validate(
        SynthesisTrainingMetrics metrics,
        List<SynthesisTrainingMetrics> before,
        SynthesisValidation? validation
    )
    {
        var isLast = metrics.Epoch == metrics.MaxEpoch || _isTimeUp;
        if (validation is not null && !isLast && (metrics.Epoch % _options.Validation.Interval != 0 || !IsMeasuringAffordable(before)))
        {
            return metrics with { IsBest = false };
        }

        _state.Average?.Swap();
        try
        {
            if (validation is not null)
            {
                var error = validation.Measure(_networks, _device, _options.CancellationToken);
                _measuringSeconds = Seconds - metrics.Seconds;
                metrics = metrics with
                {
                    ValidationError = error,
                    Seconds = Seconds,
                    IsBest = before.LastOrDefault(epoch => epoch.IsBest) is not { } best || !(best.ValidationError <= error),
                };
            }

            if (metrics.IsBest && (validation is not null || isLast))
            {
                _state.Best.Update();
            }
        }
        finally
        {
            _state.Average?.Swap();
        }

        return metrics;
    }

    // Under a time budget measurements take about a tenth of the time; the first one shows how long they take.
    private bool IsMeasuringAffordable(List<SynthesisTrainingMetrics> before)
        => _options.Optimization.TimeBudget is null
            || before.LastOrDefault(epoch => epoch.ValidationError is not null) is not { } last
            || Seconds - last.Seconds >= TrainingPerMeasuring * _measuringSeconds;

    private bool HasStalled(List<SynthesisTrainingMetrics> epochs)
        => _options.Validation.EarlyStoppingPatience > 0 && epochs.Count > 0 && epochs[^1].ValidationError is not null
            && epochs[^1].Epoch - epochs.Last(epoch => epoch.IsBest).Epoch >= _options.Validation.EarlyStoppingPatience;

    private InvalidOperationException NotFinite(string what, int epoch, int step, double rate)
        => new(
            $"{what} in epoch {epoch}, step {step}, at a learning rate of {rate:0.###e+0}: training has diverged. Lower Optimization.LearningRate (it is {_options.Optimization.LearningRate}), "
                + $"set Optimization.GradientClipNorm (it is {_options.Optimization.GradientClipNorm}; 12 is usual), and make sure that NormalizeIntensity stands before the trainer."
        );
}
