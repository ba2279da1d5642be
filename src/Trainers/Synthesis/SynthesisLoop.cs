using Microsoft.ML.MedicalSegmentation.Data;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>Trains the networks of a synthesis by alternate updates; the error on the validation set chooses the epoch.</summary>
internal sealed class SynthesisLoop : EpochLoop<SynthesisTrainingMetrics, TrainingBatch>
{
    private readonly SynthesisNetworks _networks;
    private readonly Device _device;
    private readonly SynthesisTrainer.Options _options;
    private readonly CaseStore _training;
    private readonly VolumeShape _patch;
    private readonly SynthesisValidation? _validation;
    private readonly long _seed;
    private readonly CaseSchedule _schedule;
    private readonly PatchSampler _sampler;
    private readonly PairedBatch _pairs;
    private readonly AdversarialStep _step;
    private StepLosses _last;
    private StepLosses _sum;

    /// <param name="networks">On <paramref name="device"/>.</param>
    /// <param name="device">Where they compute.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="training">Pairs to learn from.</param>
    /// <param name="patch">Channels of source and target together, and size of patches.</param>
    /// <param name="targets">The target's channels.</param>
    /// <param name="validation">Evaluates the validation set after epochs; null for none.</param>
    /// <param name="seed">Decides the order of cases, and patches.</param>
    /// <param name="log">Takes a line per epoch.</param>
    /// <param name="checkpoint">Keeps the state between epochs, and may hold one to continue from; null if there is none.</param>
    public SynthesisLoop(
        SynthesisNetworks networks,
        Device device,
        SynthesisTrainer.Options options,
        CaseStore training,
        VolumeShape patch,
        IReadOnlyList<SynthesisChannel> targets,
        SynthesisValidation? validation,
        long seed,
        Action<string> log,
        TrainingCheckpoint? checkpoint
    )
        : base(networks.Generator, options, seed, log, checkpoint)
    {
        (_networks, _device, _options, _training, _patch, _validation, _seed) = (
            networks,
            device,
            options,
            training,
            patch,
            validation,
            seed
        );
        var (sampling, sourceChannels) = (options.Sampling, patch.Channels - targets.Count);
        _schedule = new(training.Count, sampling.BatchSize, sampling.StepsPerEpoch, seed);
        _sampler = new(
            patch,
            PairedCase.Classes,
            options.RegionColumnName is null ? 0 : sampling.ForegroundFraction,
            SourceAugmentation.Of(options.Augmentation, sourceChannels)
        );
        _pairs = new(targets, sourceChannels, networks.Generator.Options.SpatialDims, device);
        _step = new(networks, options, Frozen.Trained);
    }

    /// <inheritdoc/>
    protected override int StepsPerEpoch => _schedule.StepsPerEpoch;

    /// <inheritdoc/>
    protected override TrainingParts State => new([.. _networks.Weights()], [.. _step.Optimizers()], Average, Best);

    /// <inheritdoc/>
    protected override bool HasValidation => _validation is not null;

    /// <inheritdoc/>
    protected override string Stalled => "the validation error has not fallen";

    /// <inheritdoc/>
    protected override string Remedy =>
        $"Lower Optimization.LearningRate (it is {_options.Optimization.LearningRate}), set Optimization.GradientClipNorm (it is "
        + $"{_options.Optimization.GradientClipNorm}; 12 is usual), and make sure that NormalizeIntensity stands before the trainer.";

    /// <summary>Trains to the end.</summary>
    /// <inheritdoc cref="EpochLoop{TEpoch, TBatch}.RunEpochs"/>
    public SynthesisTrainingHistory Run()
    {
        var (epochs, stoppedEarly) = RunEpochs();
        return new(epochs, stoppedEarly);
    }

    /// <inheritdoc/>
    protected override TrainingBatch CreateBatch() => new(_options.Sampling.BatchSize, _patch);

    /// <inheritdoc/>
    protected override IEnumerable<Action<TrainingBatch>> Fillers(int epoch)
    {
        var first = 0;
        foreach (var cases in _schedule.Epoch(epoch).Chunk(_options.Sampling.BatchSize))
        {
            var start = first;
            yield return batch =>
                batch.Fill(
                    [.. cases.Select(index => _training[index])],
                    _sampler,
                    i => new RandomStream(_seed, StreamKeys.Patch, epoch, start + i)
                );
            first += cases.Length;
        }
    }

    /// <inheritdoc/>
    protected override double RateAt(StepPlace place) => _options.Optimization.Generator.RateAt(place.ShareDone, place.StepsBefore);

    /// <inheritdoc/>
    protected override double Step(BatchPrefetcher<TrainingBatch> batches, StepPlace place, double rate)
    {
        var batch = batches.Take(CancellationToken);
        var ofDiscriminators = _options.Optimization.Discriminator.RateAt(place.ShareDone, place.StepsBefore);
        _last = _pairs.Run(batch, (source, target, valid) => _step.Run(source, target, valid, rate, ofDiscriminators));
        batches.Return(batch);
        _sum = (place.Step == 0 ? default : _sum).With(_last);
        return _last.IsFinite ? _last.Generator : double.NaN;
    }

    /// <inheritdoc/>
    protected override string Describe(double loss) =>
        $"The losses are {_last.Generator} of the generator, {_last.Global} and {_last.Local} of the discriminators";

    /// <inheritdoc/>
    protected override SynthesisTrainingMetrics Note(EpochSummary summary, int maxEpoch) =>
        new()
        {
            Epoch = summary.Epoch,
            MaxEpoch = maxEpoch,
            Loss = summary.Loss,
            Reconstruction = _sum.Reconstruction / summary.Steps,
            GradientDifference = _sum.GradientDifference / summary.Steps,
            GlobalDiscriminator = _sum.Global / summary.Steps,
            LocalDiscriminator = _sum.Local / summary.Steps,
            LearningRate = summary.Rate,
            IsBest = true,
            Seconds = summary.Seconds,
            StepsPerSecond = summary.StepsPerSecond,
            WaitedShare = summary.WaitedShare,
        };

    /// <inheritdoc/>
    protected override SynthesisTrainingMetrics Measure(SynthesisTrainingMetrics metrics, SynthesisTrainingMetrics? best)
    {
        var error = _validation?.Measure(_networks, _device, CancellationToken);
        return metrics with { ValidationError = error, Seconds = Seconds, IsBest = best is null || !(best.ValidationError <= error) };
    }

    /// <inheritdoc/>
    protected override SynthesisTrainingMetrics Unmeasured(SynthesisTrainingMetrics metrics) => metrics with { IsBest = false };

    /// <inheritdoc/>
    protected override bool IsMeasured(SynthesisTrainingMetrics metrics) => metrics.ValidationError is not null;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _step.Dispose();
            _pairs.Dispose();
        }

        base.Dispose(disposing);
    }
}
