using Microsoft.ML.MedicalSegmentation.Losses;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// One minus the Tversky index, raised to a power below 1: steeper the better a class is found, so that training goes on where small
/// structures are nearly right.
/// </summary>
/// <remarks>
/// mean((1 - (TP + s) / (TP + alpha FN + beta FP + s))^(1 / gamma)) with soft counts. Between 0 (perfect) and 1. Abraham and Khan 2018,
/// https://arxiv.org/abs/1810.07842, eq. 4, with gamma = 4/3 as there. Differs: the mean over classes and samples rather than the sum over
/// classes; the power is that of the error plus 1e-7, minus the power of 1e-7, as its slope at 0 has no limit.
/// </remarks>
public sealed record FocalTverskyLoss : OverlapLoss
{
    private const double Offset = 1e-7;

    /// <summary>Weight of false positives; beta in the paper.</summary>
    /// <value>At least 0. Default: 0.3.</value>
    public double FalsePositiveWeight { get; init; } = 0.3;

    /// <summary>Weight of false negatives; alpha in the paper.</summary>
    /// <value>At least 0. Default: 0.7, which prefers finding too much to finding too little.</value>
    public double FalseNegativeWeight { get; init; } = 0.7;

    /// <summary>The power; 1 / gamma in the paper.</summary>
    /// <value>
    /// Above 0, at most 3; 1 is <see cref="TverskyLoss"/>, and above 1 classes that are nearly right count less. Default: 0.75.
    /// </value>
    public double FocalExponent { get; init; } = 0.75;

    /// <inheritdoc/>
    protected override Tensor ComputeCore(Tensor logits, Tensor labels) => FromOverlap(Overlap(logits, labels));

    private protected override bool IsFunctionOfOverlap => true;

    private protected override Tensor FromOverlap(SoftOverlap overlap)
    {
        var falsePositives = Number(FalsePositiveWeight) * (overlap.Predicted - overlap.Both);
        var errors = falsePositives.Plus(Number(FalseNegativeWeight) * (overlap.Actual - overlap.Both));
        var missed = OneMinus(overlap.Both.Plus(Smooth) / overlap.Both.Plus(errors).Plus(Smooth)).clamp_min(Number(0));
        return (missed.Plus(Offset).pow(Number(FocalExponent)) - Number(Math.Pow(Offset, FocalExponent))).mean();
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults() =>
        base.Faults()
            .Concat(NonNegative((nameof(FalsePositiveWeight), FalsePositiveWeight), (nameof(FalseNegativeWeight), FalseNegativeWeight)))
            .Concat(
                FocalExponent is > 0 and <= 3
                    ? []
                    : [$"Loss.FocalExponent is {FocalExponent}; it must be above 0 and at most 3, such as 0.75."]
            );
}
