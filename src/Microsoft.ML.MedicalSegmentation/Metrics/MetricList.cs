using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The metrics of the library, one line each.</summary>
/// <remarks>
/// Spacing always counts. Structures in neither volume follow <see cref="EmptyPolicy"/>; distances of a structure in only one are the
/// image's diagonal.
/// </remarks>
public static class MetricList
{
    /// <summary>What is measured by default: Dice and IoU.</summary>
    public static IReadOnlyList<SegmentationMetric> Default => [All[0], All[1]];

    /// <summary>All metrics without a parameter; <see cref="SurfaceDice"/> has one.</summary>
    public static IReadOnlyList<SegmentationMetric> All { get; } =
    [
        new("dice", "Dice", "", "2 TP / (2 TP + FP + FN)", c => c.Overlap.Dice(c.EmptyPolicy)),
        new("iou", "IoU", "", "TP / (TP + FP + FN), the Jaccard index", c => c.Overlap.IoU(c.EmptyPolicy)),
        new("sensitivity", "Sensitivity", "", "TP / (TP + FN), recall", c => c.Ratio(c.Overlap.TruePositives, c.Overlap.InTruth)),
        new(
            "specificity",
            "Specificity",
            "",
            "TN / (TN + FP)",
            c => (double)c.TrueNegatives / (c.TrueNegatives + c.Overlap.FalsePositives)
        ),
        new("precision", "Precision", "", "TP / (TP + FP)", c => c.Ratio(c.Overlap.TruePositives, c.Overlap.InPrediction)),
        new("volume", "Volume", "mL", "volume of the prediction", c => c.Overlap.InPrediction * c.VoxelVolume / 1000),
        new("true-volume", "True volume", "mL", "volume of the truth", c => c.Overlap.InTruth * c.VoxelVolume / 1000),
        new(
            "volume-difference",
            "Volume difference",
            "mL",
            "volume of the prediction less that of the truth",
            c => (c.Overlap.InPrediction - c.Overlap.InTruth) * c.VoxelVolume / 1000
        ),
        new(
            "rvd",
            "Relative volume difference",
            "",
            "(prediction - truth) / truth, by volume",
            c => c.Overlap.InTruth == 0 ? double.NaN : (double)(c.Overlap.InPrediction - c.Overlap.InTruth) / c.Overlap.InTruth
        ),
        new("hd", "Hausdorff", "mm", "largest distance of either surface to the other", c => c.Distance(d => d.Hausdorff)),
        new(
            "hd95",
            "HD95 (pooled)",
            "mm",
            "95th percentile of the distances of both surfaces together, as MedPy",
            c => c.Distance(d => d.Hausdorff95)
        ),
        new(
            "hd95-directed",
            "HD95 (max of directed)",
            "mm",
            "larger of the two directed 95th percentiles, as MONAI and MetricsReloaded",
            c => c.Distance(d => d.Hausdorff95MaximumOfDirected)
        ),
        new(
            "assd",
            "ASSD",
            "mm",
            "mean of the distances of both surfaces together, as MedPy 0.5, MONAI and MetricsReloaded",
            c => c.Distance(d => d.AverageSymmetric)
        ),
        new(
            "masd",
            "MASD",
            "mm",
            "mean of the two directed mean distances, as MetricsReloaded's MASD and MedPy 0.4's ASSD",
            c => c.Distance(d => d.AverageOfDirected)
        ),
        new("msd", "MSD", "mm", "mean distance of the predicted surface to the true one", c => c.Distance(d => d.AverageFromPrediction)),
        SurfaceDice(1),
        new(
            "hd95-area",
            "HD95 (by area)",
            "mm",
            "larger of the two directed 95th percentiles by area of surface elements, as surface-distance's robust Hausdorff distance",
            c => c.DistanceByArea(d => d.Percentile(95))
        ),
        new(
            "msd-area",
            "MSD (by area)",
            "mm",
            "mean distance of the predicted surface to the true one by area of surface elements, as surface-distance",
            c => c.DistanceByArea(d => d.AverageFromPrediction)
        ),
        SurfaceDiceByArea(1),
        new(
            "lesion-recall",
            "Lesion recall",
            "",
            "share of the true lesions of which any voxel is predicted",
            c => Share(c.Lesions.Truth.Count(l => l.IsFound), c.Lesions.Truth.Count)
        ),
        new(
            "lesion-precision",
            "Lesion precision",
            "",
            "share of the predicted lesions of which any voxel is true",
            c => Share(c.Lesions.Prediction.Count(l => l.IsTrue), c.Lesions.Prediction.Count)
        ),
        new(
            "pq",
            "Panoptic quality",
            "",
            "sum of IoU over pairs of lesions with IoU above 0.5, over pairs plus half of the lesions without a pair",
            PanopticQuality
        ),
    ];

    /// <summary>
    /// NSD: the share of both surfaces that lies within a tolerance of the other, counted by voxels as MONAI and MetricsReloaded do.
    /// </summary>
    /// <param name="tolerance">In mm, at least 0.</param>
    public static SegmentationMetric SurfaceDice(double tolerance)
    {
        var text = TextOf(tolerance);
        return new(
            $"nsd@{text}", $"NSD at {text} mm", "", $"share of both surfaces within {text} mm of the other, by voxels",
            c => c.Overlap.BothEmpty ? c.Ratio(0, 0) : c.IsMissed ? 0 : c.Surfaces.SurfaceDice(tolerance));
    }

    /// <summary>
    /// NSD: the share of both surfaces that lies within a tolerance of the other, by the area of surface elements between voxels.
    /// </summary>
    /// <remarks>Nikolov et al. 2018, https://arxiv.org/abs/1809.04430; as google-deepmind/surface-distance.</remarks>
    /// <param name="tolerance">In mm, at least 0.</param>
    public static SegmentationMetric SurfaceDiceByArea(double tolerance)
    {
        var text = TextOf(tolerance);
        return new(
            $"nsd-area@{text}",
            $"NSD at {text} mm (by area)",
            "",
            $"share of both surfaces within {text} mm of the other, by area, as surface-distance",
            c => c.Overlap.BothEmpty ? c.Ratio(0, 0) : c.IsMissed ? 0 : c.MeasureByArea(d => d.SurfaceDice(tolerance)));
    }

    /// <summary>Finds metrics by their keys.</summary>
    /// <param name="keys">Keys such as "dice", "hd95", "nsd@2", "nsd-area@2".</param>
    /// <exception cref="ArgumentException">A key is unknown; lists all of them.</exception>
    public static IReadOnlyList<SegmentationMetric> Find(params IEnumerable<string> keys) =>
        [.. keys.Select(FindOne).DistinctBy(metric => metric.Key)];

    private static SegmentationMetric FindOne(string key)
    {
        if (
            key.Split('@') is [var name, var number]
            && double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var tolerance)
        )
        {
            switch (name.ToLowerInvariant())
            {
                case "nsd":
                    return SurfaceDice(tolerance);
                case "nsd-area":
                    return SurfaceDiceByArea(tolerance);
            }
        }

        return All.FirstOrDefault(metric => metric.Key.Equals(key, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException(
                $"There is no metric '{key}'. Use {string.Join(", ", All.Select(metric => metric.Key))}, or "
                    + "nsd@T and nsd-area@T for a tolerance of T mm."
            );
    }

    private static string TextOf(double tolerance) => tolerance >= 0 && double.IsFinite(tolerance)
        ? tolerance.ToString(CultureInfo.InvariantCulture)
        : throw new ArgumentOutOfRangeException(
            nameof(tolerance),
            tolerance,
            $"The tolerance is {tolerance} mm; it must be a number of at least 0."
        );

    private static double Share(int part, int whole) => whole == 0 ? double.NaN : (double)part / whole;

    private static double PanopticQuality(StructureComparison c)
    {
        var lesions = c.Lesions;
        var whole = (lesions.Truth.Count + lesions.Prediction.Count) / 2.0;
        return c.Ratio(lesions.SumOfIoU, whole);
    }
}
