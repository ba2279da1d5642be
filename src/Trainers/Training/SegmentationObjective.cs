using Microsoft.ML.MedicalSegmentation.Data;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Partitioning;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>Learns to segment patches of labelled cases.</summary>
/// <param name="network">On <paramref name="device"/>.</param>
/// <param name="device">Where it computes.</param>
/// <param name="options">Valid options.</param>
/// <param name="training">What is learned from.</param>
/// <param name="patch">Channels and size of patches.</param>
/// <param name="classes">The classes of the labels.</param>
/// <param name="seed">Decides the order of cases, and patches.</param>
internal sealed class SegmentationObjective(
    Network network,
    Device device,
    SegmentationTrainer.Options options,
    CaseStore training,
    VolumeShape patch,
    ClassMap classes,
    long seed
) : TrainingObjective
{
    private readonly CaseSchedule _schedule = new(
        training.Count,
        options.Sampling.BatchSize * options.Optimization.AccumulationSteps,
        options.Sampling.StepsPerEpoch,
        seed
    );
    private readonly PatchSampler _sampler = new(patch, classes, options.Sampling.ForegroundFraction, options.Augmentation);
    private readonly Loss _loss = options.LossOrDefault;
    private readonly PartitionedNetwork? _parts = options.Partition is { } partition ? new(network, partition, device) : null;

    /// <inheritdoc/>
    public override int StepsPerEpoch => _schedule.StepsPerEpoch;

    /// <inheritdoc/>
    public override int SamplesOf(int step) => _schedule.SamplesOf(step);

    /// <inheritdoc/>
    public override TrainingBatch CreateBatch() => new(options.Sampling.BatchSize, patch);

    /// <inheritdoc/>
    public override IEnumerable<Action<TrainingBatch>> Fillers(int epoch)
    {
        var first = 0;
        foreach (var cases in _schedule.Epoch(epoch).Chunk(_schedule.BatchSize).SelectMany(step => step.Chunk(options.Sampling.BatchSize)))
        {
            var start = first;
            yield return batch =>
                batch.Fill(
                    [.. cases.Select(index => training[index])],
                    _sampler,
                    i => new RandomStream(seed, StreamKeys.Patch, epoch, start + i)
                );
            first += cases.Length;
        }
    }

    /// <inheritdoc/>
    public override Tensor Loss(TrainingBatch batch, int epoch, int step)
    {
        var (image, labels) = (batch.Image, batch.Labels);
        if (network.Options.SpatialDims == 2)
        {
            // Patches of a network that works slice by slice have depth 1.
            (image, labels) = (image.squeeze(2), labels.squeeze(1));
        }

        return _parts?.TrainingLoss(image, labels, _loss)
            ?? network.TrainingLoss(network.ForwardTraining(image.to(device)), labels.to(device), _loss);
    }
}
