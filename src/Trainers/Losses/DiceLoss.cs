using Microsoft.ML.MedicalSegmentation.Losses;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>One minus the soft Dice coefficient, averaged over classes and samples.</summary>
/// <remarks>
/// 1 - mean((2 sum(p y) + s) / (sum(p) + sum(y) + s)), as nnU-Net forms it (https://arxiv.org/abs/1809.10486), after
/// Milletari et al. 2016, https://arxiv.org/abs/1606.04797. Between 0 (perfect) and 1.
/// Differs: one minus Dice rather than its negative, so that 0 is perfect; no squares in the denominator.
/// </remarks>
public sealed record DiceLoss : OverlapLoss
{
    /// <inheritdoc/>
    protected override Tensor ComputeCore(Tensor logits, Tensor labels) => FromOverlap(Overlap(logits, labels));

    private protected override bool IsFunctionOfOverlap => true;

    private protected override Tensor FromOverlap(SoftOverlap overlap)
    {
        var dice = (Number(2) * overlap.Both).Plus(Smooth) / overlap.Predicted.Plus(overlap.Actual).Plus(Smooth);
        return OneMinus(dice.mean());
    }
}
