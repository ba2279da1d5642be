namespace Microsoft.ML.MedicalSegmentation.Reports;

/// <summary>Cases by their mean Dice over classes, the lowest first; cases without any value are absent.</summary>
internal static class CaseRanking
{
    public static IReadOnlyList<(CaseMetrics Case, double Dice)> Of(SegmentationMetrics metrics) =>
    [
        .. metrics.Cases.Select(one => (Case: one, Dice: one.Dice.Where(dice => !double.IsNaN(dice)).DefaultIfEmpty(double.NaN).Average()))
            .Where(pair => !double.IsNaN(pair.Dice)).OrderBy(pair => pair.Dice).ThenBy(pair => pair.Case.Name, StringComparer.Ordinal),
    ];
}
