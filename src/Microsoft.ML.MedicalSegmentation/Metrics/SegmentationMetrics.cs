using System.Globalization;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How well a segmentation was done, by class and by case.</summary>
/// <remarks>
/// Measures are taken per case and class, averaged over cases, then over classes; voxel counts are never pooled over
/// cases. <see cref="EmptyPolicy"/> says what becomes of a class that is in neither volume; one that is in only one of
/// the two has overlap 0.
/// </remarks>
public sealed class SegmentationMetrics
{
    internal SegmentationMetrics(IReadOnlyList<LabelClass> classes, IReadOnlyList<CaseMetrics> cases, EmptyPolicy emptyPolicy)
    {
        Cases = cases;
        EmptyPolicy = emptyPolicy;
        Classes = [.. classes.Select((c, i) => Summarize(c, cases.Select(s => s.Dice[i]), cases.Select(s => s.IoU[i])))];
        MeanDice = MeanOfNumbers(Classes.Select(c => c.Dice));
        MeanIoU = MeanOfNumbers(Classes.Select(c => c.IoU));
    }

    /// <summary>Measures by class; the background is among them only where it was asked for.</summary>
    public IReadOnlyList<ClassMetrics> Classes { get; }

    /// <summary>Measures by case, in the order of the rows.</summary>
    public IReadOnlyList<CaseMetrics> Cases { get; }

    /// <summary>Mean of the classes' Dice coefficients; classes that no case has are left out, and NaN where none is left.</summary>
    public double MeanDice { get; }

    /// <summary>Mean of the classes' intersections over union; classes that no case has are left out, and NaN where none is left.</summary>
    public double MeanIoU { get; }

    /// <summary>What overlap is where a class is in neither volume.</summary>
    public EmptyPolicy EmptyPolicy { get; }

    /// <summary>A table of the classes, and how it was averaged.</summary>
    public override string ToString()
    {
        var width = Math.Max("class".Length, Classes.Select(c => c.Class.Name.Length).DefaultIfEmpty().Max());
        var table = new StringBuilder();
        table.AppendLine($"{"class".PadRight(width)}  value    Dice     IoU  cases  excluded");
        foreach (var c in Classes)
        {
            table.AppendLine(
                $"{c.Class.Name.PadRight(width)}  {c.Class.Value,5}  {Format(c.Dice),6}  {Format(c.IoU),6}  {c.CasesUsed,5}  {c.CasesExcluded,8}");
        }

        table.AppendLine($"{"mean".PadRight(width)}         {Format(MeanDice),6}  {Format(MeanIoU),6}  {Cases.Count,5}");
        table.Append("Means over cases, then over classes. ").Append(EmptyPolicy switch
        {
            EmptyPolicy.One => "A case with the class in neither volume counts as 1.",
            EmptyPolicy.Zero => "A case with the class in neither volume counts as 0.",
            _ => "A case with the class in neither volume is excluded.",
        });
        return table.ToString();
    }

    private static ClassMetrics Summarize(LabelClass labelClass, IEnumerable<double> dice, IEnumerable<double> iou)
    {
        var values = dice.ToList();
        var excluded = values.Count(double.IsNaN);
        return new(labelClass, MeanOfNumbers(values), MeanOfNumbers(iou), values.Count - excluded, excluded);
    }

    private static double MeanOfNumbers(IEnumerable<double> values) => values.Where(v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN).Average();

    private static string Format(double value) => double.IsNaN(value) ? "n/a" : value.ToString("0.0000", CultureInfo.InvariantCulture);
}
