namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How well one case was segmented.</summary>
/// <param name="Name">What the caller calls the case; "row 0" and so on if it has no name.</param>
/// <param name="Overlaps">Voxel counts by class, in the order of <see cref="SegmentationMetrics.Classes"/>.</param>
/// <param name="Dice">Dice coefficients by class, in [0, 1]; NaN if the case is excluded for the class.</param>
/// <param name="IoU">Intersection over union by class, in [0, 1]; NaN if the case is excluded for the class.</param>
public sealed record CaseMetrics(
    string Name, IReadOnlyList<OverlapCounts> Overlaps, IReadOnlyList<double> Dice, IReadOnlyList<double> IoU)
{
    /// <summary>The subgroup of the case, such as its scanner; empty if none was given.</summary>
    public string Group { get; init; } = "";

    /// <summary>Values of every metric by class: [metric][class], in the order of <see cref="SegmentationMetrics.Metrics"/>.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Values { get; init; } = [];

    /// <summary>
    /// Lesions of the truth by class: volume in mm³, and whether any voxel is predicted; null for classes whose lesions no metric looked
    /// at.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<(double Volume, bool IsFound)>?> Lesions { get; init; } = [];

    /// <summary>Voxels by label value in truth and prediction; pairs that do not occur are absent.</summary>
    internal IReadOnlyDictionary<(int Truth, int Prediction), long> Confusion { get; init; } = new Dictionary<(int, int), long>();

    /// <summary>Name and Dice by class.</summary>
    public override string ToString() =>
        $"{Name}: Dice "
        + $"{string.Join(", ", Dice.Select(dice => dice.ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture)))}";
}
