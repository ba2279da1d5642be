using Microsoft.ML.MedicalSegmentation.Losses;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Cross-entropy in which voxels count the less, the more certain their true class is. At least 0.</summary>
/// <remarks>
/// mean(-w (1 - p)^gamma log p), p being the probability of the true class. Lin et al. 2017, https://arxiv.org/abs/1708.02002, eq. 5.
/// Differs: softmax over all classes instead of one sigmoid; class weights in place of the paper's alpha, the mean being weighted.
/// </remarks>
public sealed record FocalLoss : Loss, IAdditiveLoss
{
    /// <summary>Weight of each class, background first.</summary>
    /// <value>One number per class, each finite and at least 0, one above 0. Default: null, all equal.</value>
    public IReadOnlyList<double>? ClassWeights { get; init; }

    /// <summary>How much less certain voxels count; gamma in the paper.</summary>
    /// <value>At least 0; 0 is cross-entropy. Default: 2.</value>
    public double FocalExponent { get; init; } = 2;

    /// <inheritdoc/>
    protected override Tensor ComputeCore(Tensor logits, Tensor labels) => FromSums(Sums(logits, labels));

    Tensor[] IAdditiveLoss.Sums(Tensor logits, Tensor labels) => Sums(logits, labels);

    Tensor IAdditiveLoss.FromSums(IReadOnlyList<Tensor> sums) => FromSums(sums);

    private Tensor[] Sums(Tensor logits, Tensor labels)
    {
        var weights = VoxelWeights.Of(logits, labels, ClassWeights, IgnoreIndex);
        var logLikelihood = logits.log_softmax(1).gather(1, weights.Index).squeeze(1);

        // (1 - p)^gamma has no gradient at p = 1 for gamma below 1, so 1 - p is kept off zero.
        var wrongness = OneMinus(logLikelihood.exp()).clamp_min(Number(1e-7));
        var focus = FocalExponent == 0 ? weights.Weight : weights.Weight * wrongness.pow(Number(FocalExponent));
        return [-(focus * logLikelihood).sum(), weights.Weight.sum()];
    }

    private static Tensor FromSums(IReadOnlyList<Tensor> sums) => sums[0] / sums[1].clamp_min(Number(1e-12));

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults() =>
        Losses
            .ClassWeights.Faults(ClassWeights)
            .Concat(
                FocalExponent >= 0 && double.IsFinite(FocalExponent)
                    ? []
                    : [$"Loss.FocalExponent is {FocalExponent}; it must be finite and at least 0."]
            );

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults(int classes) => Losses.ClassWeights.Faults(ClassWeights, classes);
}
