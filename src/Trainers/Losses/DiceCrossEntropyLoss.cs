using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Weighted sum of <see cref="DiceLoss"/> and <see cref="CrossEntropyLoss"/>: what most of the field trains with. At least 0.</summary>
/// <remarks>Isensee et al. 2021 (nnU-Net), https://doi.org/10.1038/s41592-020-01008-z.</remarks>
/// <param name="options">All that its two terms read, DiceWeight and CrossEntropyWeight.</param>
public sealed class DiceCrossEntropyLoss(LossOptions options) : Loss
{
    private readonly DiceLoss _dice = new(options);
    private readonly CrossEntropyLoss _crossEntropy = new(options);

    /// <inheritdoc/>
    private protected override Tensor ComputeCore(Tensor logits, Tensor labels)
        => options.DiceWeight * _dice.Compute(logits, labels) + options.CrossEntropyWeight * _crossEntropy.Compute(logits, labels);
}
