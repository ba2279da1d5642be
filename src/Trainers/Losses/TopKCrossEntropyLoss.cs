using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Cross-entropy averaged over the hardest voxels of a batch alone, those with the largest loss. At least 0.</summary>
/// <remarks>
/// Wu, Shen and van den Hengel 2016 (online bootstrapping), https://arxiv.org/abs/1605.06885; nnU-Net's top-k loss takes a tenth of the
/// voxels. Differs: a fixed share of the voxels that are not ignored, as in nnU-Net, in place of the paper's 512 pixels.
/// </remarks>
public sealed record TopKCrossEntropyLoss : Loss
{
    /// <summary>Share of the voxels that count; k in the paper, divided by the number of voxels.</summary>
    /// <value>Above 0, at most 1; 1 is cross-entropy. At least one voxel counts. Default: 0.1.</value>
    public double Fraction { get; init; } = 0.1;

    /// <inheritdoc/>
    protected override Tensor ComputeCore(Tensor logits, Tensor labels)
    {
        var index = IgnoreIndex is { } ignored ? labels.masked_fill(labels.eq(Number(ignored)), Number(0)) : labels;
        var losses = -logits.log_softmax(1).gather(1, index.unsqueeze(1)).flatten();
        if (IgnoreIndex is { } left)
        {
            losses = losses.masked_select(labels.ne(Number(left)).flatten());
        }

        // With nothing to count the sum of nothing is 0, and it carries a gradient of 0.
        return losses.numel() == 0
            ? losses.sum()
            : losses.topk(Math.Max(1, (int)(losses.numel() * Fraction)), 0, true, false).values.mean();
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults()
        => Fraction is > 0 and <= 1 ? [] : [$"Loss.Fraction is {Fraction}; it must be above 0 and at most 1, such as 0.1."];
}
