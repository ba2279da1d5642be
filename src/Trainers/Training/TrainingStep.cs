using Microsoft.ML.MedicalSegmentation.Data;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>
/// One step of training: gradients of one batch or of several, averaged over their samples, then a change of the weights.
/// </summary>
/// <param name="network">What is trained.</param>
/// <param name="optimizer">Changes the weights.</param>
/// <param name="gradientClipNorm">The largest norm of the gradient; 0 for no limit.</param>
internal sealed class TrainingStep(Network network, OptimizerHelper optimizer, double gradientClipNorm)
{
    /// <summary>Makes the step.</summary>
    /// <param name="objective">What is made small.</param>
    /// <param name="batches">Gives batches of the step's samples in turn.</param>
    /// <param name="at">The epoch, from 1, and the step in it, from 0.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="cancellationToken">Ends the wait for a batch.</param>
    /// <returns>The mean loss of the samples; not a number where one was not, and then no weight has changed.</returns>
    public double Run(
        TrainingObjective objective,
        BatchPrefetcher<TrainingBatch> batches,
        (int Epoch, int Step) at,
        double rate,
        CancellationToken cancellationToken
    )
    {
        using var scope = NewDisposeScope();
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = rate;
        }

        optimizer.zero_grad();
        var (mean, samples) = (0.0, objective.SamplesOf(at.Step));
        for (var done = 0; done < samples;)
        {
            var batch = batches.Take(cancellationToken);
            var count = (int)batch.Image.shape[0];
            mean += Learn(() => objective.Loss(batch, at.Epoch, at.Step), (double)count / samples) * count / samples;
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
    private static float Learn(Func<Tensor> loss, double share)
    {
        using var scope = NewDisposeScope();
        var computed = loss();
        var value = computed.item<float>();
        if (float.IsFinite(value))
        {
            (share < 1 ? computed * share : computed).backward();
        }

        return value;
    }
}
