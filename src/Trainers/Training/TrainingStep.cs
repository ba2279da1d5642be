using Microsoft.ML.MedicalSegmentation.Data;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>
/// One step of training: gradients of one batch or of several, averaged over their samples, then a change of the weights.
/// </summary>
/// <param name="optimizer">Changes the weights.</param>
/// <param name="gradientClipNorm">The largest norm of the gradient; 0 for no limit.</param>
internal sealed class TrainingStep(WeightOptimizer optimizer, double gradientClipNorm)
{
    /// <summary>Makes the step from the batches of an objective.</summary>
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
    ) =>
        Run(rate, () =>
        {
            var (mean, samples) = (0.0, objective.SamplesOf(at.Step));
            for (var done = 0; done < samples && double.IsFinite(mean);)
            {
                var batch = batches.Take(cancellationToken);
                var count = (int)batch.Image.shape[0];
                mean += Learn(() => objective.Loss(batch, at.Epoch, at.Step), (double)count / samples) * count / samples;
                batches.Return(batch);
                done += count;
            }

            return mean;
        });

    /// <summary>Makes the step from the gradients that <paramref name="learn"/> adds, by <see cref="Learn"/>.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <param name="learn">Returns the mean loss.</param>
    /// <returns>The mean loss; not a number where it was not, and then no weight has changed.</returns>
    public double Run(double rate, Func<double> learn)
    {
        using var scope = NewDisposeScope();
        optimizer.ClearGradients();
        var loss = learn();
        if (double.IsFinite(loss))
        {
            optimizer.Step(rate, gradientClipNorm);
        }

        return loss;
    }

    /// <summary>Adds the gradient of a batch to those of the step.</summary>
    /// <param name="loss">Computes the mean loss of the batch.</param>
    /// <param name="share">Share of the step's samples that the batch has. Default: all of them.</param>
    /// <returns>The loss; where it is not a number, no gradient is added.</returns>
    public static float Learn(Func<Tensor> loss, double share = 1)
    {
        using var scope = NewDisposeScope();
        var computed = loss();
        var value = computed.item<float>();
        if (float.IsFinite(value))
        {
            (share < 1 ? computed * Number(share) : computed).backward();
        }

        return value;
    }
}
