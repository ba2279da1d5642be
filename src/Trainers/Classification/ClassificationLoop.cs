using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Data;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>Trains a classification network; the area under the ROC curve on the validation images chooses the epoch.</summary>
internal sealed class ClassificationLoop : EpochLoop<ClassificationTrainingMetrics, ImageBatch>
{
    private readonly Device _device;
    private readonly ClassificationTrainer.Options _options;
    private readonly ClassificationModelInfo _info;
    private readonly CaseStore _training;
    private readonly ClassMap _classes;
    private readonly CaseStore? _validation;
    private readonly long _seed;
    private readonly int _batchSize;
    private readonly CaseSchedule _schedule;
    private readonly ClassificationLoss _loss;
    private readonly WeightOptimizer _optimizer;
    private readonly TrainingStep _step;

    /// <param name="network">On <paramref name="device"/>.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="info">Size and classes.</param>
    /// <param name="training">What is learned from.</param>
    /// <param name="classes">The classes of the cases.</param>
    /// <param name="validation">Measured after epochs; null if there are no such images.</param>
    /// <param name="weights">What each class weighs; null for 1.</param>
    /// <param name="seed">Decides the order and the changes of images.</param>
    /// <param name="log">Takes a line per epoch.</param>
    /// <param name="checkpoint">Keeps the state between epochs, and may hold one to continue from; null if there is none.</param>
    public ClassificationLoop(
        Network network,
        Device device,
        ClassificationTrainer.Options options,
        ClassificationModelInfo info,
        CaseStore training,
        ClassMap classes,
        CaseStore? validation,
        IReadOnlyList<double>? weights,
        long seed,
        Action<string> log,
        TrainingCheckpoint? checkpoint
    )
        : base(network, options, seed, log, checkpoint)
    {
        (_device, _options, _info, _training, _classes, _validation, _seed) = (device, options, info, training, classes, validation, seed);

        // Whole batches only: a batch norm cannot learn from a single image.
        _batchSize = Math.Min(options.BatchSize, training.Count);
        _schedule = new(training.Count, _batchSize, Math.Max(1, training.Count / _batchSize), seed);
        _loss = new(weights, options.LabelSmoothing, device);
        _optimizer = WeightOptimizer.Create(options.Optimization, Frozen.Trained);
        _step = new(_optimizer, options.Optimization.GradientClipNorm);
    }

    /// <inheritdoc/>
    protected override int StepsPerEpoch => _schedule.StepsPerEpoch;

    /// <inheritdoc/>
    protected override TrainingParts State =>
        new([("last", Network.state_dict())], [("optimizer", _optimizer)], Average, Best);

    /// <inheritdoc/>
    protected override bool HasValidation => _validation is not null;

    /// <inheritdoc/>
    protected override string Stalled => "the classification of the validation images has not become better";

    /// <inheritdoc/>
    protected override string Remedy =>
        $"Lower Optimization.LearningRate (it is {_options.Optimization.LearningRate}), or set Optimization.GradientClipNorm (it is "
        + $"{_options.Optimization.GradientClipNorm}).";

    /// <summary>Trains to the end.</summary>
    /// <inheritdoc cref="EpochLoop{TEpoch, TBatch}.RunEpochs"/>
    public ClassificationTrainingHistory Run()
    {
        var (epochs, stoppedEarly) = RunEpochs();
        return new(epochs, stoppedEarly);
    }

    /// <inheritdoc/>
    protected override ImageBatch CreateBatch() => new(_batchSize, _info.Shape, _info.SpatialDimensions);

    /// <inheritdoc/>
    protected override IEnumerable<Action<ImageBatch>> Fillers(int epoch)
    {
        foreach (var (step, cases) in _schedule.Epoch(epoch).Chunk(_batchSize).Index())
        {
            yield return batch =>
                batch.Fill(
                    [.. cases.Select(index => _training[index])],
                    _classes,
                    _options.Augmentation,
                    i => new(_seed, StreamKeys.Patch, epoch, (step * _batchSize) + i)
                );
        }
    }

    /// <inheritdoc/>
    protected override double RateAt(StepPlace place) => _options.Optimization.RateAt(place.ShareDone, place.StepsBefore);

    /// <inheritdoc/>
    protected override double Step(BatchPrefetcher<ImageBatch> batches, StepPlace place, double rate)
    {
        var batch = batches.Take(CancellationToken);
        var loss = _step.Run(rate, () => TrainingStep.Learn(() =>
            _loss.Compute(Network.ForwardTraining(batch.Images.to(_device)).Logits, batch.Classes.to(_device))));
        batches.Return(batch);
        return loss;
    }

    /// <inheritdoc/>
    protected override ClassificationTrainingMetrics Note(EpochSummary summary, int maxEpoch) =>
        new()
        {
            Epoch = summary.Epoch,
            MaxEpoch = maxEpoch,
            Loss = summary.Loss,
            LearningRate = summary.Rate,
            IsBest = true,
            Seconds = summary.Seconds,
        };

    /// <inheritdoc/>
    protected override ClassificationTrainingMetrics Measure(ClassificationTrainingMetrics metrics, ClassificationTrainingMetrics? best)
    {
        if (_validation is null)
        {
            return metrics;
        }

        var evaluation = Evaluate(_validation);
        metrics = metrics with
        {
            ValidationLoss = evaluation.LogLoss,
            ValidationAccuracy = evaluation.Accuracy,
            ValidationAuc = evaluation.Auc,
            Seconds = Seconds,
        };
        return metrics with { IsBest = best is null || Rank(metrics).CompareTo(Rank(best)) > 0 };
    }

    /// <inheritdoc/>
    protected override ClassificationTrainingMetrics Unmeasured(ClassificationTrainingMetrics metrics) => metrics with { IsBest = false };

    /// <inheritdoc/>
    protected override bool IsMeasured(ClassificationTrainingMetrics metrics) => !double.IsNaN(metrics.ValidationLoss);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _loss.Dispose();
            _optimizer.Dispose();
        }

        base.Dispose(disposing);
    }

    private ClassificationEvaluation Evaluate(CaseStore cases)
    {
        Network.eval();
        var (truth, probabilities) = (new List<int>(), new List<IReadOnlyList<float>>());
        using var noGradients = no_grad();
        using var batch = new ImageBatch(_options.BatchSize, _info.Shape, _info.SpatialDimensions);
        foreach (var part in Enumerable.Range(0, cases.Count).Chunk(_options.BatchSize))
        {
            CancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            batch.Fill([.. part.Select(index => cases[index])], _classes, [], i => new(0, i));
            var rows = MemoryMarshal
                .Cast<byte, float>(Network.forward(batch.Images.to(_device)).softmax(1).cpu().contiguous().bytes)
                .ToArray();
            probabilities.AddRange(rows.Chunk(_info.Classes.Count));
            truth.AddRange(part.Select(index => ClassifiedCases.ClassOf(cases[index])));
        }

        return new(_info.Classes, truth, probabilities);
    }

    // An area that the images do not give, as they are of one class, is worse than any; then the loss decides.
    private static (double Auc, double NegativeLoss) Rank(ClassificationTrainingMetrics metrics)
        => (double.IsNaN(metrics.ValidationAuc) ? -1 : metrics.ValidationAuc, -metrics.ValidationLoss);
}
