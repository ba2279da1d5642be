using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Losses;

/// <summary>Soft Dice plus binary cross-entropy of regions that may overlap, each with a logistic output. At least 0.</summary>
/// <remarks>
/// nnU-Net's loss for region-based training (Isensee et al. 2021, nnU-Net for Brain Tumor Segmentation, https://arxiv.org/abs/2011.00848).
/// Differs: where voxels are ignored, cross-entropy is divided by the number of regions as it is elsewhere.
/// </remarks>
internal sealed record RegionLoss : Loss
{
    private const double Smooth = 1e-5;

    /// <summary>Class indices of each region, in the order of the outputs.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Regions { get; init; }

    /// <summary>Number of classes of the labels, the background included.</summary>
    public required int Classes { get; init; }

    /// <summary>Whether the voxels of a batch are pooled before the division.</summary>
    public bool BatchDice { get; init; }

    private protected override int FewestOutputs => 1;

    /// <inheritdoc/>
    protected override Tensor ComputeCore(Tensor logits, Tensor labels)
    {
        var index = labels;
        var counted = ones([labels.shape[0], 1, .. labels.shape[1..]], logits.dtype, logits.device);
        if (IgnoreIndex is { } ignored)
        {
            index = labels.masked_fill(labels.eq(Number(ignored)), Number(0));
            counted = labels.ne(Number(ignored)).unsqueeze(1).to_type(logits.dtype);
        }

        var actual = Members(logits).index_select(1, index.flatten()).view([Regions.Count, .. labels.shape]).transpose(0, 1) * counted;
        var overlap = SoftOverlap.Sum(logits.sigmoid() * counted, actual, BatchDice);
        var dice = (Number(2) * overlap.Both).Plus(Smooth) / overlap.Predicted.Plus(overlap.Actual).Plus(Smooth);

        // max(x, 0) - x y + log(1 + exp(-|x|)) is the cross-entropy of a logistic output.
        var crossEntropy = (logits.relu() - logits * actual).Plus((-logits.abs()).exp().log1p()) * counted;
        return OneMinus(dice.mean()).Plus(crossEntropy.sum() / (counted.sum().clamp_min(One) * Number(Regions.Count)));
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults(int classes)
        => classes == Regions.Count ? [] : [$"The network has {classes} outputs for {Regions.Count} regions."];

    // [regions, classes]: 1 where the class lies in the region.
    private Tensor Members(Tensor logits)
    {
        var members = Regions
            .SelectMany(region => Enumerable.Range(0, Classes).Select(index => region.Contains(index) ? 1f : 0f))
            .ToArray();
        return tensor(members, [Regions.Count, Classes]).to(logits.device).to_type(logits.dtype);
    }
}
