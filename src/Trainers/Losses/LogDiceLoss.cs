using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The negative logarithm of the soft Dice coefficient, averaged over classes and samples: steep where a structure is missed.</summary>
/// <remarks>
/// -mean(log((2 sum(p y) + s) / (sum(p) + sum(y) + o + s))), as the code of CA-Net has it (Gu et al. 2020, https://arxiv.org/abs/2009.10549): there
/// o is 1, the voxels of a batch are pooled, and the background is a class like the others. At least 0, and 0 for a perfect answer where o is 0.
/// Differs: o is 0 unless it is set, as a class that is absent from a batch otherwise costs 11.5.
/// </remarks>
/// <param name="options">IgnoreIndex, IncludeBackground, BatchDice, Smooth and DenominatorOffset are read.</param>
public sealed class LogDiceLoss(LossOptions options) : Loss
{
    /// <inheritdoc/>
    private protected override Tensor ComputeCore(Tensor logits, Tensor labels)
    {
        var overlap = SoftOverlap.Count(logits, labels, options);
        var dice = (2 * overlap.Both + options.Smooth) / (overlap.Predicted + overlap.Actual + (options.DenominatorOffset + options.Smooth));
        return -dice.log().mean();
    }
}
