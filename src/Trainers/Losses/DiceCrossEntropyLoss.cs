using Microsoft.ML.MedicalSegmentation.Losses;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// Weighted sum of <see cref="DiceLoss"/> and <see cref="CrossEntropyLoss"/>: what most of the field trains with. At least 0.
/// </summary>
/// <remarks>Isensee et al. 2021 (nnU-Net), https://doi.org/10.1038/s41592-020-01008-z.</remarks>
public sealed record DiceCrossEntropyLoss : OverlapLoss, IAdditiveLoss
{
    /// <summary>Weight of each class in the cross-entropy term, background first.</summary>
    /// <value>One number per class, each finite and at least 0, one above 0. Default: null, all equal.</value>
    public IReadOnlyList<double>? ClassWeights { get; init; }

    /// <summary>Factor of the Dice term.</summary>
    /// <value>At least 0. Default: 1.</value>
    public double DiceWeight { get; init; } = 1;

    /// <summary>Factor of the cross-entropy term.</summary>
    /// <value>At least 0. Default: 1.</value>
    public double CrossEntropyWeight { get; init; } = 1;

    /// <inheritdoc/>
    protected override Tensor ComputeCore(Tensor logits, Tensor labels) =>
        (Number(DiceWeight) * Dice.Compute(logits, labels)).Plus(Number(CrossEntropyWeight) * CrossEntropy.Compute(logits, labels));

    private DiceLoss Dice =>
        new()
        {
            IgnoreIndex = IgnoreIndex,
            IncludeBackground = IncludeBackground,
            BatchDice = BatchDice,
            Smooth = Smooth,
        };

    private CrossEntropyLoss CrossEntropy => new() { IgnoreIndex = IgnoreIndex, ClassWeights = ClassWeights };

    bool IAdditiveLoss.IsAdditive => true;

    Tensor[] IAdditiveLoss.Sums(Tensor logits, Tensor labels) =>
        [.. ((IAdditiveLoss)Dice).Sums(logits, labels), .. ((IAdditiveLoss)CrossEntropy).Sums(logits, labels)];

    Tensor IAdditiveLoss.FromSums(IReadOnlyList<Tensor> sums) =>
        (Number(DiceWeight) * ((IAdditiveLoss)Dice).FromSums([.. sums.Take(3)])).Plus(
            Number(CrossEntropyWeight) * ((IAdditiveLoss)CrossEntropy).FromSums([.. sums.Skip(3)])
        );

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults() =>
        base.Faults()
            .Concat(Losses.ClassWeights.Faults(ClassWeights))
            .Concat(NonNegative((nameof(DiceWeight), DiceWeight), (nameof(CrossEntropyWeight), CrossEntropyWeight)))
            .Concat(
                DiceWeight == 0 && CrossEntropyWeight == 0
                    ? ["Loss.DiceWeight and Loss.CrossEntropyWeight are both 0; one of them must be above 0."]
                    : []
            );

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults(int classes) => Losses.ClassWeights.Faults(ClassWeights, classes);
}
