using Microsoft.ML.MedicalSegmentation.Losses;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>One minus the Tversky index: Dice with separate weights for false positives and false negatives.</summary>
/// <remarks>
/// 1 - mean((TP + s) / (TP + alpha FP + beta FN + s)) with soft counts; alpha = beta = 0.5 is Dice. Between 0 (perfect) and 1.
/// Salehi et al. 2017, https://arxiv.org/abs/1706.05721.
/// </remarks>
public sealed record TverskyLoss : OverlapLoss
{
    /// <summary>Weight of false positives; alpha in the paper.</summary>
    /// <value>At least 0. Default: 0.3.</value>
    public double FalsePositiveWeight { get; init; } = 0.3;

    /// <summary>Weight of false negatives; beta in the paper.</summary>
    /// <value>At least 0. Default: 0.7, which prefers finding too much to finding too little.</value>
    public double FalseNegativeWeight { get; init; } = 0.7;

    /// <inheritdoc/>
    protected override Tensor ComputeCore(Tensor logits, Tensor labels) => FromOverlap(Overlap(logits, labels));

    private protected override bool IsFunctionOfOverlap => true;

    private protected override Tensor FromOverlap(SoftOverlap overlap)
    {
        var falsePositives = overlap.Predicted - overlap.Both;
        var falseNegatives = overlap.Actual - overlap.Both;
        var errors = (Number(FalsePositiveWeight) * falsePositives).Plus(Number(FalseNegativeWeight) * falseNegatives);
        var index = overlap.Both.Plus(Smooth) / overlap.Both.Plus(errors).Plus(Smooth);
        return OneMinus(index.mean());
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults() => base.Faults()
        .Concat(NonNegative((nameof(FalsePositiveWeight), FalsePositiveWeight), (nameof(FalseNegativeWeight), FalseNegativeWeight)));
}
