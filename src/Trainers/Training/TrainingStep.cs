using Microsoft.ML.MedicalSegmentation.Data;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Partitioning;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>One step of training: gradients of one batch or of several, averaged over their samples, then a change of the weights.</summary>
/// <param name="network">On <paramref name="device"/>.</param>
/// <param name="optimizer">Changes the weights.</param>
/// <param name="loss">What is made small.</param>
/// <param name="device">Where the network computes.</param>
/// <param name="gradientClipNorm">The largest norm of the gradient; 0 for no limit.</param>
/// <param name="parts">Computes the network by parts. Default: null, on whole patches.</param>
internal sealed class TrainingStep(
    Network network, OptimizerHelper optimizer, Loss loss, Device device, double gradientClipNorm, PartitionedNetwork? parts = null)
{
    /// <summary>Makes the step.</summary>
    /// <param name="batches">Gives batches of the step's samples in turn.</param>
    /// <param name="samples">How many samples the step has.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="cancellationToken">Ends the wait for a batch.</param>
    /// <returns>The mean loss of the samples; not a number where one was not, and then no weight has changed.</returns>
    public double Run(BatchPrefetcher<TrainingBatch> batches, int samples, double rate, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = rate;
        }

        optimizer.zero_grad();
        var mean = 0.0;
        for (var done = 0; done < samples;)
        {
            var batch = batches.Take(cancellationToken);
            var count = (int)batch.Image.shape[0];
            mean += Learn(batch, (double)count / samples) * count / samples;
            batches.Return(batch);
            if (!double.IsFinite(mean))
            {
                return mean;
            }

            done += count;
        }

        if (gradientClipNorm > 0)
        {
            nn.utils.clip_grad_norm_(network.parameters(), gradientClipNorm);
        }

        optimizer.step();
        return mean;
    }

    // Adds the gradient of a batch to those of the step.
    private float Learn(TrainingBatch batch, double share)
    {
        using var scope = NewDisposeScope();
        var (image, labels) = (batch.Image, batch.Labels);
        if (network.Options.SpatialDims == 2)
        {
            // Patches of a network that works slice by slice have depth 1.
            (image, labels) = (image.squeeze(2), labels.squeeze(1));
        }

        var computed = parts?.TrainingLoss(image, labels, loss)
            ?? network.TrainingLoss(network.ForwardTraining(image.to(device)), labels.to(device), loss);
        var value = computed.item<float>();
        if (float.IsFinite(value))
        {
            (share < 1 ? computed * share : computed).backward();
        }

        return value;
    }
}
