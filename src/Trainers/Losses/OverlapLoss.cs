using Microsoft.ML.MedicalSegmentation.Losses;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A loss computed from the soft overlap of predicted and true classes: Dice, log-Dice, Tversky.</summary>
public abstract record OverlapLoss : Loss, IAdditiveLoss
{
    /// <summary>Whether the background is a class like the others.</summary>
    /// <value>Default: false.</value>
    public bool IncludeBackground { get; init; }

    /// <summary>Whether the voxels of a batch are pooled before the division, instead of averaging over its samples.</summary>
    /// <value>Default: false. True helps where a structure is absent from many patches.</value>
    public bool BatchDice { get; init; }

    /// <summary>Added to numerator and denominator, so that a class absent from truth and prediction counts as perfect.</summary>
    /// <value>Voxels, above 0. Default: 1e-5, as nnU-Net.</value>
    public double Smooth { get; init; } = 1e-5;

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults() =>
        Smooth > 0 && double.IsFinite(Smooth) ? [] : [$"Loss.Smooth is {Smooth}; it must be above 0, such as 1e-5."];

    bool IAdditiveLoss.IsAdditive => IsFunctionOfOverlap;

    Tensor[] IAdditiveLoss.Sums(Tensor logits, Tensor labels)
    {
        var overlap = Overlap(logits, labels);
        return [overlap.Both, overlap.Predicted, overlap.Actual];
    }

    Tensor IAdditiveLoss.FromSums(IReadOnlyList<Tensor> sums) => FromOverlap(new SoftOverlap(sums[0], sums[1], sums[2]));

    /// <summary>Whether <see cref="FromOverlap"/> gives the loss.</summary>
    private protected virtual bool IsFunctionOfOverlap => false;

    /// <summary>The loss of an overlap, where it depends on nothing else.</summary>
    private protected virtual Tensor FromOverlap(SoftOverlap overlap) =>
        throw new NotSupportedException($"{GetType().Name} is not computed from an overlap alone.");

    private protected SoftOverlap Overlap(Tensor logits, Tensor labels) =>
        SoftOverlap.Count(logits, labels, IgnoreIndex, IncludeBackground, BatchDice);

    /// <summary>A fault where a number is negative or not finite.</summary>
    private protected static IEnumerable<string> NonNegative(params (string Name, double Value)[] numbers) => numbers
        .Where(number => !(number.Value >= 0 && double.IsFinite(number.Value)))
        .Select(number => $"Loss.{number.Name} is {number.Value}; it must be finite and at least 0.");
}
