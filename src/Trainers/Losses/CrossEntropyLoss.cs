using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Negative log-likelihood of the true class, averaged over voxels, each with the weight of its class. At least 0.</summary>
/// <param name="options">ClassWeights and IgnoreIndex are read.</param>
public sealed class CrossEntropyLoss(LossOptions options) : Loss
{
    /// <inheritdoc/>
    private protected override Tensor ComputeCore(Tensor logits, Tensor labels)
    {
        if (options.ClassWeights is null && options.IgnoreIndex is null)
        {
            return nn.functional.cross_entropy(logits, labels);
        }

        // The mean is formed here: torch's own is 0 / 0 where every voxel is ignored.
        var weights = VoxelWeights.Of(logits, labels, options);
        var trueClass = logits.log_softmax(1).gather(1, weights.Index).squeeze(1);
        return -(weights.Weight * trueClass).sum() / weights.Weight.sum().clamp_min(1e-12);
    }
}
