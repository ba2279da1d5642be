namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What losses can be told; each loss says which of these it reads.</summary>
public sealed class LossOptions
{
    /// <summary>Weight of each class in cross-entropy and focal loss, background first; all equal where left out.</summary>
    /// <value>One number per class, each finite and at least 0, one above 0. Default: null.</value>
    public IReadOnlyList<double>? ClassWeights;

    /// <summary>Class index of voxels that count for nothing, such as those that nobody annotated.</summary>
    /// <value>Any index. Default: null, every voxel counts.</value>
    public int? IgnoreIndex;

    /// <summary>Whether the background is a class like the others in Dice and Tversky losses.</summary>
    /// <value>Default: false.</value>
    public bool IncludeBackground;

    /// <summary>Whether Dice and Tversky losses pool the voxels of a batch before they divide, instead of averaging over its samples.</summary>
    /// <value>Default: false. True helps where a structure is absent from many patches.</value>
    public bool BatchDice;

    /// <summary>Added to numerator and denominator of Dice and Tversky, so that a class absent from truth and prediction counts as perfect.</summary>
    /// <value>Voxels, above 0. Default: 1e-5, as nnU-Net.</value>
    public double Smooth = 1e-5;

    /// <summary>Added to the denominator of the log-Dice loss alone, which holds its gradient down where a structure is small.</summary>
    /// <value>Voxels, at least 0. Default: 0, so that a perfect answer costs nothing; CA-Net's authors add 1.</value>
    public double DenominatorOffset;

    /// <summary>Factor of the Dice term in the sum of Dice and cross-entropy.</summary>
    /// <value>At least 0. Default: 1.</value>
    public double DiceWeight = 1;

    /// <summary>Factor of the cross-entropy term in the sum of Dice and cross-entropy.</summary>
    /// <value>At least 0. Default: 1.</value>
    public double CrossEntropyWeight = 1;

    /// <summary>How much the focal loss neglects voxels that are already right; gamma in the paper.</summary>
    /// <value>At least 0; 0 is cross-entropy. Default: 2.</value>
    public double FocalExponent = 2;

    /// <summary>Weight of false positives in the Tversky loss; alpha in the paper.</summary>
    /// <value>At least 0. Default: 0.3.</value>
    public double FalsePositiveWeight = 0.3;

    /// <summary>Weight of false negatives in the Tversky loss; beta in the paper.</summary>
    /// <value>At least 0. Default: 0.7, which prefers finding too much to finding too little.</value>
    public double FalseNegativeWeight = 0.7;

    /// <summary>Everything that is wrong with these options; empty where nothing is.</summary>
    internal IEnumerable<string> Faults()
    {
        if (ClassWeights is { } weights && (weights.Any(w => !double.IsFinite(w) || w < 0) || !weights.Any(w => w > 0)))
        {
            yield return $"Loss.ClassWeights is [{string.Join(", ", weights)}]; every weight must be finite and at least 0, and one above 0.";
        }

        if (!(Smooth > 0 && double.IsFinite(Smooth)))
        {
            yield return $"Loss.Smooth is {Smooth}; it must be above 0, such as 1e-5.";
        }

        foreach (var (name, value) in NonNegative())
        {
            if (!(value >= 0 && double.IsFinite(value)))
            {
                yield return $"Loss.{name} is {value}; it must be finite and at least 0.";
            }
        }

        if (DiceWeight == 0 && CrossEntropyWeight == 0)
        {
            yield return "Loss.DiceWeight and Loss.CrossEntropyWeight are both 0; one of them must be above 0.";
        }
    }

    private (string Name, double Value)[] NonNegative() =>
    [
        (nameof(DenominatorOffset), DenominatorOffset),
        (nameof(DiceWeight), DiceWeight),
        (nameof(CrossEntropyWeight), CrossEntropyWeight),
        (nameof(FocalExponent), FocalExponent),
        (nameof(FalsePositiveWeight), FalsePositiveWeight),
        (nameof(FalseNegativeWeight), FalseNegativeWeight),
    ];
}
