using Microsoft.ML.MedicalSegmentation.Losses;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// The negative logarithm of the soft Dice coefficient, averaged over classes and samples: steep where a structure is missed.
/// </summary>
/// <remarks>
/// -mean(log((2 sum(p y) + s) / (sum(p) + sum(y) + o + s))), as the code of CA-Net has it (Gu et al. 2020,
/// https://arxiv.org/abs/2009.10549): there o is 1, the voxels of a batch are pooled, and the background is a class like the others. At
/// least 0, and 0 for a perfect answer where o is 0. Differs: o is 0 unless it is set, as a class that is absent from a batch otherwise
/// costs 11.5.
/// </remarks>
public sealed record LogDiceLoss : OverlapLoss
{
    /// <summary>Added to the denominator, which limits the gradient where a structure is small.</summary>
    /// <value>Voxels, at least 0. Default: 0, so that a perfect answer costs nothing; CA-Net's authors add 1.</value>
    public double DenominatorOffset { get; init; }

    /// <inheritdoc/>
    protected override Tensor ComputeCore(Tensor logits, Tensor labels) => FromOverlap(Overlap(logits, labels));

    private protected override bool IsFunctionOfOverlap => true;

    private protected override Tensor FromOverlap(SoftOverlap overlap)
    {
        var dice = (Number(2) * overlap.Both).Plus(Smooth) / overlap.Predicted.Plus(overlap.Actual).Plus(DenominatorOffset + Smooth);
        return -dice.log().mean();
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults() =>
        base.Faults().Concat(NonNegative((nameof(DenominatorOffset), DenominatorOffset)));
}
