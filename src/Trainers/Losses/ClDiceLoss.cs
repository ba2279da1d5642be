using Microsoft.ML.MedicalSegmentation.Losses;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// Soft Dice and the Dice of centre lines: keeps thin, branching structures such as vessels connected. Between 0 (perfect) and 1.
/// </summary>
/// <remarks>
/// (1 - alpha) (1 - Dice) + alpha (1 - clDice), clDice being the harmonic mean of the share of the predicted skeleton that lies in the true
/// structure and of the true skeleton that lies in the predicted one; skeletons are formed by repeated soft erosion and opening. Shit et
/// al. 2021, https://arxiv.org/abs/2003.07311, with alpha = 0.5. Differs: smoothing of 1e-5 voxels in place of 1; the mean over foreground
/// classes.
/// </remarks>
public sealed record ClDiceLoss : OverlapLoss
{
    /// <summary>Share of the centre lines in the loss; alpha in the paper.</summary>
    /// <value>Above 0, at most 1. Default: 0.5.</value>
    public double CentrelineWeight { get; init; } = 0.5;

    /// <summary>Erosions that form a skeleton; k in the paper. At least the radius of the thickest structure in voxels.</summary>
    /// <value>1 to 50. Default: 3, as the authors' code.</value>
    public int Iterations { get; init; } = 3;

    /// <inheritdoc/>
    protected override Tensor ComputeCore(Tensor logits, Tensor labels)
    {
        var probabilities = ClassProbabilities.Of(logits, labels, IgnoreIndex);
        var (predicted, actual, _) = IncludeBackground ? probabilities : probabilities.Foreground;
        var overlap = SoftOverlap.Sum(predicted, actual, BatchDice);
        var dice = (Number(2) * overlap.Both).Plus(Smooth) / overlap.Predicted.Plus(overlap.Actual).Plus(Smooth);
        var precision = Share(SoftSkeleton.Of(predicted, Iterations), actual);
        var sensitivity = Share(SoftSkeleton.Of(actual, Iterations), predicted);
        var centreline = Number(2) * precision * sensitivity / precision.Plus(sensitivity);
        return (Number(1 - CentrelineWeight) * OneMinus(dice.mean())).Plus(Number(CentrelineWeight) * OneMinus(centreline.mean()));
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults() =>
        base.Faults()
            .Concat(
                CentrelineWeight is > 0 and <= 1
                    ? []
                    : [$"Loss.CentrelineWeight is {CentrelineWeight}; it must be above 0 and at most 1, such as 0.5."]
            )
            .Concat(Iterations is >= 1 and <= 50 ? [] : [$"Loss.Iterations is {Iterations}; it must be 1 to 50, such as 3."]);

    // How much of a skeleton lies within a structure.
    private Tensor Share(Tensor skeleton, Tensor structure)
    {
        var overlap = SoftOverlap.Sum(structure, skeleton, BatchDice);
        return overlap.Both.Plus(Smooth) / overlap.Actual.Plus(Smooth);
    }
}
