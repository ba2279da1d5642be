using Microsoft.ML.MedicalSegmentation.Losses;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// One minus a Dice coefficient over all classes together, in which each class counts by the inverse of its squared size.
/// </summary>
/// <remarks>
/// 1 - (2 sum_k w_k sum(p y) + s) / (sum_k w_k (sum(p) + sum(y)) + s), averaged over samples, with w_k = 1 / (sum y)^2. Between 0 (perfect)
/// and 1. Sudre et al. 2017, https://arxiv.org/abs/1707.03237. Differs: weights are scaled so that the smallest class that is present has
/// 1, which a class that is absent has too; the paper's weight has no limit there.
/// </remarks>
public sealed record GeneralizedDiceLoss : OverlapLoss
{
    /// <summary>The loss of the paper, whose classes include the background.</summary>
    public GeneralizedDiceLoss() => IncludeBackground = true;

    /// <inheritdoc/>
    protected override Tensor ComputeCore(Tensor logits, Tensor labels) => FromOverlap(Overlap(logits, labels));

    private protected override bool IsFunctionOfOverlap => true;

    private protected override Tensor FromOverlap(SoftOverlap overlap)
    {
        var absent = overlap.Actual.le(Number(0));
        var smallest = overlap.Actual.masked_fill(absent, Number(double.PositiveInfinity)).amin([-1], true);
        var weights = (smallest / overlap.Actual).square().masked_fill(absent, One);
        var both = (weights * overlap.Both).sum(-1);
        var all = (weights * overlap.Predicted.Plus(overlap.Actual)).sum(-1);
        return OneMinus(((Number(2) * both).Plus(Smooth) / all.Plus(Smooth)).mean());
    }
}
