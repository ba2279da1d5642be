using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Cross-entropy that neglects voxels in the measure in which they are already right. At least 0.</summary>
/// <remarks>
/// mean(-w (1 - p)^gamma log p), p being the probability of the true class. Lin et al. 2017, https://arxiv.org/abs/1708.02002, eq. 5.
/// Differs: softmax over all classes instead of one sigmoid; class weights in place of the paper's alpha, the mean being weighted.
/// </remarks>
/// <param name="options">ClassWeights, IgnoreIndex and FocalExponent are read.</param>
public sealed class FocalLoss(LossOptions options) : Loss
{
    /// <inheritdoc/>
    private protected override Tensor ComputeCore(Tensor logits, Tensor labels)
    {
        var weights = VoxelWeights.Of(logits, labels, options);
        var logLikelihood = logits.log_softmax(1).gather(1, weights.Index).squeeze(1);

        // (1 - p)^gamma has no gradient at p = 1 for gamma below 1, so 1 - p is kept off zero.
        var wrongness = (1 - logLikelihood.exp()).clamp_min(1e-7);
        var focus = options.FocalExponent == 0 ? weights.Weight : weights.Weight * wrongness.pow(options.FocalExponent);
        return -(focus * logLikelihood).sum() / weights.Weight.sum().clamp_min(1e-12);
    }
}
