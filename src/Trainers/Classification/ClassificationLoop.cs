using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Data;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>
/// Trains a classification network: steps, epochs, validation, and the choice of the weights to keep. One loop trains once.
/// </summary>
internal sealed class ClassificationLoop : IDisposable
{
    private readonly Network _network;
    private readonly Device _device;
    private readonly ClassificationTrainer.Options _options;
    private readonly ClassificationModelInfo _info;
    private readonly long _seed;
    private readonly Action<string> _log;
    private readonly ClassificationLoss _loss;
    private readonly FrozenWeights _frozen;
    private readonly OptimizerHelper _optimizer;
    private readonly WeightAverage? _average;
    private readonly WeightSnapshot _best;
    private readonly TrainingCheckpoint? _checkpoint;
    private readonly Stopwatch _clock = new();
    private double _secondsBefore;
    private bool _hasStepped;
    private bool _isTimeUp;

    /// <param name="network">On <paramref name="device"/>.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="info">Size and classes.</param>
    /// <param name="seed">Decides the order and the changes of images.</param>
    /// <param name="log">Takes a line per epoch.</param>
    /// <param name="weights">What each class weighs; null for 1.</param>
    /// <param name="checkpoint">Keeps the state between epochs, and may hold one to go on from; null if there is none.</param>
    public ClassificationLoop(
        Network network, Device device, ClassificationTrainer.Options options, ClassificationModelInfo info, long seed, Action<string> log,
        IReadOnlyList<double>? weights, TrainingCheckpoint? checkpoint)
    {
        (_network, _device, _options, _info, _seed, _log, _checkpoint) = (network, device, options, info, seed, log, checkpoint);
        _loss = new(weights, options.LabelSmoothing, device);
        _frozen = new(network, options.Initialization.FreezePatterns);
        _optimizer = OptimizerFactory.Create(options.Optimization, _frozen.Trained);
        _average =
            options.Optimization.WeightAverageDecay > 0 ? new(network, options.Optimization.WeightAverageDecay, _frozen.Names) : null;
        _best = new(network);
    }

    /// <summary>Trains to the end; the network then holds the weights of the best epoch.</summary>
    /// <param name="training">What is learned from.</param>
    /// <param name="classes">The classes of the cases.</param>
    /// <param name="validation">Measured after epochs; null if there are no such images.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="InvalidOperationException">The loss is not a number any more.</exception>
    public ClassificationTrainingHistory Run(CaseStore training, ClassMap classes, CaseStore? validation)
    {
        // Whole batches only: a batch norm cannot learn from a single image.
        var batchSize = Math.Min(_options.BatchSize, training.Count);
        var schedule = new CaseSchedule(training.Count, batchSize, Math.Max(1, training.Count / batchSize), _seed);
        var epochs = Resume();
        var fillers = Enumerable.Range(1, _options.Optimization.MaxEpoch).Skip(epochs.Count)
            .SelectMany(epoch => Fillers(training, classes, schedule, batchSize, epoch));
        using var batches = new BatchPrefetcher<ImageBatch>(
            () => new(batchSize, _info.Shape, _info.SpatialDimensions),
            fillers,
            _options.WorkersOrDefault
        );
        _clock.Start();
        while (epochs.Count < _options.Optimization.MaxEpoch && !HasStalled(epochs) && !_isTimeUp)
        {
            if (RunEpoch(batches, schedule.StepsPerEpoch, epochs.Count + 1) is not { } trained)
            {
                KeepUnfinished();
                break;
            }

            var metrics = Measure(trained, epochs, validation, classes);
            epochs.Add(metrics);
            _checkpoint?.Save(Parts, epochs, isLast: epochs.Count == _options.Optimization.MaxEpoch || _isTimeUp || HasStalled(epochs));
            _log(metrics.ToString());
            _options.MetricsCallback?.Invoke(metrics);
        }

        _best.Restore();
        return new(epochs, stoppedEarly: epochs.Count < _options.Optimization.MaxEpoch);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _loss.Dispose();
        _optimizer.Dispose();
        _average?.Dispose();
        _best.Dispose();
    }

    private TrainingParts Parts => new(_network, _optimizer, _average, _best);

    private double Seconds => _secondsBefore + _clock.Elapsed.TotalSeconds;

    // The epochs that an earlier process has done.
    private List<ClassificationTrainingMetrics> Resume()
    {
        List<ClassificationTrainingMetrics> epochs = [.. _checkpoint?.Resume<ClassificationTrainingMetrics>(Parts) ?? []];
        if (epochs.Count > 0)
        {
            _secondsBefore = epochs[^1].Seconds;
            _log($"Resuming after epoch {epochs.Count} from '{_options.Checkpoint.Path}'.");
        }

        return epochs;
    }

    private IEnumerable<Action<ImageBatch>> Fillers(CaseStore training, ClassMap classes, CaseSchedule schedule, int batchSize, int epoch)
    {
        foreach (var (step, cases) in schedule.Epoch(epoch).Chunk(batchSize).Index())
        {
            yield return batch =>
                batch.Fill(
                    [.. cases.Select(index => training[index])],
                    classes,
                    _options.Augmentation,
                    i => new(_seed, StreamKeys.Patch, epoch, (step * batchSize) + i)
                );
        }
    }

    /// <summary>The metrics of an epoch, or null if it was stopped before its end.</summary>
    private ClassificationTrainingMetrics? RunEpoch(BatchPrefetcher<ImageBatch> batches, int steps, int epoch)
    {
        random.manual_seed(new RandomStream(_seed, StreamKeys.Step, epoch).NextInt(int.MaxValue)); // So that dropout depends on the epoch alone.
        _network.train();
        _network.OnEpochStarting(epoch);
        _frozen.Apply();
        double sum = 0, rate = 0;
        var step = 0;
        for (; step < steps && !_isTimeUp; step++)
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            if (_options.StopToken.IsCancellationRequested)
            {
                return null;
            }

            var (done, all) = (((long)(epoch - 1) * steps) + step, (long)_options.Optimization.MaxEpoch * steps);
            var budget = _options.Optimization.TimeBudget?.TotalSeconds;
            rate = _options.Optimization.RateAt(
                Math.Min(1, Math.Max((double)done / all, budget is { } seconds ? Seconds / seconds : 0)),
                done
            );
            var batch = batches.Take(_options.CancellationToken);
            var loss = Step(batch, rate);
            batches.Return(batch);
            _hasStepped = true;
            sum += double.IsFinite(loss) ? loss : throw Diverged($"The loss is {loss}", epoch, rate);
            _isTimeUp = Seconds >= budget;
        }

        return HasFiniteWeights()
            ? new()
            {
                Epoch = epoch,
                MaxEpoch = _options.Optimization.MaxEpoch,
                Loss = sum / step,
                LearningRate = rate,
                IsBest = true,
                Seconds = Seconds,
            }
            : throw Diverged("Weights are not numbers", epoch, rate);
    }

    private double Step(ImageBatch batch, double rate)
    {
        using var scope = NewDisposeScope();
        foreach (var group in _optimizer.ParamGroups)
        {
            group.LearningRate = rate;
        }

        _optimizer.zero_grad();
        var loss = _loss.Compute(_network.ForwardTraining(batch.Images.to(_device)).Logits, batch.Classes.to(_device));
        var value = loss.item<float>();
        if (!float.IsFinite(value))
        {
            return value;
        }

        loss.backward();
        if (_options.Optimization.GradientClipNorm > 0)
        {
            nn.utils.clip_grad_norm_(_network.parameters(), _options.Optimization.GradientClipNorm);
        }

        _optimizer.step();
        _average?.Update();
        return value;
    }

    /// <summary>Measures the epoch where it is due, and keeps its weights where they are the best.</summary>
    private ClassificationTrainingMetrics Measure(
        ClassificationTrainingMetrics metrics, List<ClassificationTrainingMetrics> before, CaseStore? validation, ClassMap classes)
    {
        var isLast = metrics.Epoch == metrics.MaxEpoch || _isTimeUp;
        if (validation is not null && !isLast && metrics.Epoch % _options.Validation.Interval != 0)
        {
            return metrics with { IsBest = false };
        }

        _average?.Swap();
        try
        {
            if (validation is not null)
            {
                var evaluation = Evaluate(validation, classes);
                metrics = metrics with
                {
                    ValidationLoss = evaluation.LogLoss,
                    ValidationAccuracy = evaluation.Accuracy,
                    ValidationAuc = evaluation.Auc,
                    Seconds = Seconds,
                };
                metrics = metrics with
                {
                    IsBest = before.LastOrDefault(epoch => epoch.IsBest) is not { } best || Rank(metrics).CompareTo(Rank(best)) > 0,
                };
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

    private ClassificationEvaluation Evaluate(CaseStore cases, ClassMap classes)
    {
        _network.eval();
        var (truth, probabilities) = (new List<int>(), new List<IReadOnlyList<float>>());
        using var noGradients = no_grad();
        using var batch = new ImageBatch(_options.BatchSize, _info.Shape, _info.SpatialDimensions);
        foreach (var part in Enumerable.Range(0, cases.Count).Chunk(_options.BatchSize))
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            batch.Fill([.. part.Select(index => cases[index])], classes, [], i => new(0, i));
            var rows = MemoryMarshal
                .Cast<byte, float>(_network.forward(batch.Images.to(_device)).softmax(1).cpu().contiguous().bytes)
                .ToArray();
            probabilities.AddRange(rows.Chunk(_info.Classes.Count));
            truth.AddRange(part.Select(index => ClassifiedCases.ClassOf(cases[index])));
        }

        return new(_info.Classes, truth, probabilities);
    }

    // An area that the images do not give, as they are of one class, is worse than any; then the loss decides.
    private static (double Auc, double NegativeLoss) Rank(ClassificationTrainingMetrics metrics)
        => (double.IsNaN(metrics.ValidationAuc) ? -1 : metrics.ValidationAuc, -metrics.ValidationLoss);

    private bool HasStalled(List<ClassificationTrainingMetrics> epochs)
        => _options.Validation.EarlyStoppingPatience > 0 && epochs.Count > 0 && !double.IsNaN(epochs[^1].ValidationLoss)
            && epochs[^1].Epoch - epochs.Last(epoch => epoch.IsBest).Epoch >= _options.Validation.EarlyStoppingPatience;

    // Weights between two epochs are as good as any where no epoch was measured.
    private void KeepUnfinished()
    {
        if (!_hasStepped && !_best.IsUpdated && _secondsBefore == 0)
        {
            throw new OperationCanceledException(
                "Training was stopped before its first step, so that there is no model.",
                _options.StopToken
            );
        }

        _log($"Stopped; {(_best.IsUpdated ? "the weights of the best epoch so far" : "the present weights")} are kept.");
        if (!_best.IsUpdated)
        {
            _average?.Swap();
            _best.Update();
        }
    }

    // A gradient that is not a number shows in the next step's loss, and the last step has no next one.
    private bool HasFiniteWeights()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        return _network.parameters().All(parameter => parameter.isfinite().all().item<bool>());
    }

    private InvalidOperationException Diverged(string what, int epoch, double rate)
        => new(
            $"{what} in epoch {epoch}, at a learning rate of {rate:0.###e+0}: training has diverged. Lower Optimization.LearningRate (it is {_options.Optimization.LearningRate}), "
            + $"or set Optimization.GradientClipNorm (it is {_options.Optimization.GradientClipNorm}).");
}
