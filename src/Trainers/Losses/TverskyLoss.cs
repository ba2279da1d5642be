using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>One minus the Tversky index: Dice with separate weights for false positives and false negatives.</summary>
/// <remarks>
/// 1 - mean((TP + s) / (TP + alpha FP + beta FN + s)) with soft counts; alpha = beta = 0.5 is Dice. Between 0 (perfect) and 1.
/// Salehi et al. 2017, https://arxiv.org/abs/1706.05721.
/// </remarks>
/// <param name="options">IgnoreIndex, IncludeBackground, BatchDice, Smooth, FalsePositiveWeight and FalseNegativeWeight are read.</param>
public sealed class TverskyLoss(LossOptions options) : Loss
{
    /// <inheritdoc/>
    private protected override Tensor ComputeCore(Tensor logits, Tensor labels)
    {
        var overlap = SoftOverlap.Count(logits, labels, options);
        var falsePositives = overlap.Predicted - overlap.Both;
        var falseNegatives = overlap.Actual - overlap.Both;
        var errors = options.FalsePositiveWeight * falsePositives + options.FalseNegativeWeight * falseNegatives;
        var index = (overlap.Both + options.Smooth) / (overlap.Both + errors + options.Smooth);
        return 1 - index.mean();
    }
}
