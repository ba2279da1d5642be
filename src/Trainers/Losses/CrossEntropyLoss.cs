using Microsoft.ML.MedicalSegmentation.Losses;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Negative log-likelihood of the true class, averaged over voxels, each with the weight of its class. At least 0.</summary>
public sealed record CrossEntropyLoss : Loss, IAdditiveLoss
{
    /// <summary>Weight of each class, background first.</summary>
    /// <value>One number per class, each finite and at least 0, one above 0. Default: null, all equal.</value>
    public IReadOnlyList<double>? ClassWeights { get; init; }

    /// <inheritdoc/>
    protected override Tensor ComputeCore(Tensor logits, Tensor labels)
    {
        if (ClassWeights is null && IgnoreIndex is null)
        {
            return nn.functional.cross_entropy(logits, labels);
        }

        // The mean is formed here: torch's own is 0 / 0 if every voxel is ignored.
        return FromSums(Sums(logits, labels));
    }

    Tensor[] IAdditiveLoss.Sums(Tensor logits, Tensor labels) => Sums(logits, labels);

    Tensor IAdditiveLoss.FromSums(IReadOnlyList<Tensor> sums) => FromSums(sums);

    private Tensor[] Sums(Tensor logits, Tensor labels)
    {
        var weights = VoxelWeights.Of(logits, labels, ClassWeights, IgnoreIndex);
        var trueClass = logits.log_softmax(1).gather(1, weights.Index).squeeze(1);
        return [-(weights.Weight * trueClass).sum(), weights.Weight.sum()];
    }

    private static Tensor FromSums(IReadOnlyList<Tensor> sums) => sums[0] / sums[1].clamp_min(Number(1e-12));

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults() => Losses.ClassWeights.Faults(ClassWeights);

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults(int classes) => Losses.ClassWeights.Faults(ClassWeights, classes);
}
