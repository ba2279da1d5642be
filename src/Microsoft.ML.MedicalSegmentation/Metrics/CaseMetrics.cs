namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How well one case was segmented.</summary>
/// <param name="Name">What the caller calls the case; "row 0" and so on where it has no name.</param>
/// <param name="Overlaps">Voxel counts by class, in the order of <see cref="SegmentationMetrics.Classes"/>.</param>
/// <param name="Dice">Dice coefficients by class, in [0, 1]; NaN where the case is excluded for the class.</param>
/// <param name="IoU">Intersection over union by class, in [0, 1]; NaN where the case is excluded for the class.</param>
public sealed record CaseMetrics(
    string Name, IReadOnlyList<OverlapCounts> Overlaps, IReadOnlyList<double> Dice, IReadOnlyList<double> IoU);
