namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How a predicted structure overlaps the true one, in voxels.</summary>
/// <param name="TruePositives">Voxels in both.</param>
/// <param name="FalsePositives">Voxels in the prediction only.</param>
/// <param name="FalseNegatives">Voxels in the truth only.</param>
public readonly record struct OverlapCounts(long TruePositives, long FalsePositives, long FalseNegatives)
{
    /// <summary>True if the structure is in neither.</summary>
    public bool BothEmpty => TruePositives + FalsePositives + FalseNegatives == 0;

    /// <summary>Voxels of the truth.</summary>
    public long InTruth => TruePositives + FalseNegatives;

    /// <summary>Voxels of the prediction.</summary>
    public long InPrediction => TruePositives + FalsePositives;

    /// <summary>The counts of two cases, or of two slices, pooled.</summary>
    public static OverlapCounts operator +(OverlapCounts a, OverlapCounts b)
        => new(a.TruePositives + b.TruePositives, a.FalsePositives + b.FalsePositives, a.FalseNegatives + b.FalseNegatives);

    /// <summary>Dice coefficient, 2 TP / (2 TP + FP + FN), in [0, 1].</summary>
    /// <param name="whenBothEmpty">The value for 0 / 0.</param>
    public double Dice(EmptyPolicy whenBothEmpty = EmptyPolicy.Nan)
        => BothEmpty ? ValueOfEmpty(whenBothEmpty) : 2.0 * TruePositives / (2.0 * TruePositives + FalsePositives + FalseNegatives);

    /// <summary>Intersection over union (Jaccard index), TP / (TP + FP + FN) = D / (2 - D), in [0, 1].</summary>
    /// <param name="whenBothEmpty">The value for 0 / 0.</param>
    public double IoU(EmptyPolicy whenBothEmpty = EmptyPolicy.Nan)
        => BothEmpty ? ValueOfEmpty(whenBothEmpty) : (double)TruePositives / (TruePositives + FalsePositives + FalseNegatives);

    private static double ValueOfEmpty(EmptyPolicy policy) => policy switch
    {
        EmptyPolicy.Nan => double.NaN,
        EmptyPolicy.One => 1,
        EmptyPolicy.Zero => 0,
        _ => throw new ArgumentOutOfRangeException(nameof(policy), policy, "This is not an empty policy. Use Nan, One or Zero."),
    };
}
