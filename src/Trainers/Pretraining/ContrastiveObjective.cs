using Microsoft.ML.MedicalSegmentation.Data;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Pretraining;

/// <summary>Learns to tell views of one patient from those of others.</summary>
/// <param name="network">On <paramref name="device"/>.</param>
/// <param name="device">Where it computes.</param>
/// <param name="options">Valid options.</param>
/// <param name="images">What is learned from.</param>
/// <param name="patients">The patient of each image.</param>
/// <param name="patch">Channels and size of views.</param>
/// <param name="seed">Decides pairs and views.</param>
internal sealed class ContrastiveObjective(
    ContrastiveNetwork network,
    Device device,
    EncoderPretrainer.Options options,
    CaseStore images,
    IReadOnlyList<int> patients,
    VolumeShape patch,
    long seed
) : TrainingObjective
{
    private readonly PairSchedule _schedule = new(patients, options.Sampling.BatchSize, options.Sampling.StepsPerEpoch, seed);
    private readonly PatchSampler _sampler = new(patch, ClassMap.Unlabelled, foregroundFraction: 0, options.Augmentation);
    private (int Epoch, IReadOnlyList<ImagePair[]> Steps) _current = (0, []);

    /// <inheritdoc/>
    public override int StepsPerEpoch => _schedule.StepsPerEpoch;

    /// <inheritdoc/>
    public override int SamplesOf(int step) => 2 * options.Sampling.BatchSize;

    /// <inheritdoc/>
    public override TrainingBatch CreateBatch() => new(2 * options.Sampling.BatchSize, patch, hasLabels: false);

    /// <inheritdoc/>
    public override IEnumerable<Action<TrainingBatch>> Fillers(int epoch)
    {
        var first = 0;
        foreach (var pairs in _schedule.Epoch(epoch))
        {
            TrainingCase[] views = [.. pairs.Select(pair => images[pair.First]), .. pairs.Select(pair => images[pair.Second])];
            var start = first;
            yield return batch => batch.Fill(views, _sampler, i => new RandomStream(seed, StreamKeys.Patch, epoch, start + i));
            first += views.Length;
        }
    }

    /// <inheritdoc/>
    public override Tensor Loss(TrainingBatch batch, int epoch, int step)
    {
        if (_current.Epoch != epoch)
        {
            _current = (epoch, _schedule.Epoch(epoch));
        }

        var views = batch.Image.to(device);
        var embeddings = network.call(network.Options.SpatialDims == 2 ? views.squeeze(2) : views);
        return ContrastiveLoss.Compute(embeddings, [.. _current.Steps[step].Select(pair => pair.Patient)], options.Temperature);
    }
}
