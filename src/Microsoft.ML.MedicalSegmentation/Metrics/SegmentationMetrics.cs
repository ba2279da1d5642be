using System.Globalization;
using System.Text;
using Microsoft.ML.MedicalSegmentation.Metrics;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How well a segmentation was done, by class and by case.</summary>
/// <remarks>
/// Measures are taken per case and class, averaged over cases, then over classes; voxel counts are never pooled over
/// cases. <see cref="EmptyPolicy"/> says what becomes of a class that is in neither volume; one that is in only one of
/// the two has overlap 0.
/// </remarks>
public sealed class SegmentationMetrics
{
    private const int Seed = 0;

    private readonly Dictionary<(string Key, int Class), MetricSummary> _summaries = [];

    internal SegmentationMetrics(
        IReadOnlyList<LabelClass> classes,
        IReadOnlyList<CaseMetrics> cases,
        EmptyPolicy emptyPolicy,
        IReadOnlyList<SegmentationMetric> metrics
    )
    {
        Metrics = metrics;
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

    /// <summary>What was measured.</summary>
    public IReadOnlyList<SegmentationMetric> Metrics { get; }

    /// <summary>Cases that have no prediction; they are in no mean.</summary>
    public IReadOnlyList<string> MissingCases { get; private init; } = [];

    /// <summary>Voxels by class in truth and prediction, the background included, pooled over cases.</summary>
    public ConfusionMatrix Confusion { get; internal init; } = new([], []);

    /// <summary>Calibration of the probabilities; null if none were given.</summary>
    public CalibrationError? Calibration { get; internal init; }

    /// <summary>Mean of the classes' Dice coefficients; classes that no case has are left out, and NaN if none is left.</summary>
    public double MeanDice { get; }

    /// <summary>Mean of the classes' intersections over union; classes that no case has are left out, and NaN if none is left.</summary>
    public double MeanIoU { get; }

    /// <summary>What overlap is where a class is in neither volume.</summary>
    public EmptyPolicy EmptyPolicy { get; }

    /// <summary>The same with cases that have no prediction.</summary>
    /// <param name="names">Their names.</param>
    public SegmentationMetrics WithMissingCases(IReadOnlyList<string> names)
        => new([.. Classes.Select(c => c.Class)], Cases, EmptyPolicy, Metrics)
        {
            MissingCases = [.. names],
            Confusion = Confusion,
            Calibration = Calibration,
        };

    /// <summary>A metric of one class over the cases: mean with interval, deviation, median, n.</summary>
    /// <param name="key">Key of one of <see cref="Metrics"/>.</param>
    /// <param name="classIndex">Index in <see cref="Classes"/>.</param>
    /// <exception cref="ArgumentException">The metric was not measured.</exception>
    public MetricSummary Summarize(string key, int classIndex)
    {
        lock (_summaries)
        {
            if (!_summaries.TryGetValue((key, classIndex), out var summary))
            {
                summary = MetricSummary.Of(ValuesOf(key, classIndex), Seed);
                _summaries[(key, classIndex)] = summary;
            }

            return summary;
        }
    }

    /// <summary>A metric over the cases, each with the mean over its classes; cases without any value are excluded.</summary>
    /// <remarks>
    /// Unlike <see cref="MeanDice"/>, which is the mean over classes of the means over cases; the two agree if every case has every class.
    /// </remarks>
    /// <inheritdoc cref="Summarize(string, int)"/>
    public MetricSummary Summarize(string key) => Summarize(key, -1);

    /// <summary>The metrics of each subgroup, by its name.</summary>
    public IReadOnlyList<(string Group, SegmentationMetrics Metrics)> ByGroup() =>
    [
        .. Cases.GroupBy(one => one.Group).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (group.Key, new SegmentationMetrics([.. Classes.Select(c => c.Class)], [.. group], EmptyPolicy, Metrics)
            {
                Confusion = new(Confusion.Classes, group.Select(one => one.Confusion)),
            })),
    ];

    /// <summary>Recall of the true lesions of one class by their size, pooled over cases.</summary>
    /// <param name="classIndex">Index in <see cref="Classes"/>.</param>
    /// <param name="bounds">
    /// Where the ranges of sizes begin, in mm³, ascending; the last has no end. Default: <see cref="LesionSizeRecall.DefaultBounds"/>.
    /// </param>
    /// <exception cref="ArgumentException">Bounds are negative or do not ascend.</exception>
    /// <exception cref="InvalidOperationException">No metric of lesions was measured, such as "lesion-recall".</exception>
    public IReadOnlyList<LesionSizeRecall> LesionRecallBySize(int classIndex, params IReadOnlyList<double> bounds)
    {
        ArgumentNullException.ThrowIfNull(bounds);
        bounds = bounds.Count == 0 ? LesionSizeRecall.DefaultBounds : bounds;
        if (!(bounds[0] >= 0) || bounds.Zip(bounds.Skip(1)).Any(pair => !(pair.First < pair.Second)))
        {
            throw new ArgumentException($"The sizes {string.Join(", ", bounds)} mm³ must be at least 0 and ascend.", nameof(bounds));
        }

        if (!HasLesions)
        {
            throw new InvalidOperationException("No metric of lesions was measured. Evaluate with lesion-recall, lesion-precision or pq.");
        }

        List<(double Volume, bool IsFound)> lesions = [.. Cases.SelectMany(one => one.Lesions[classIndex] ?? [])];
        return
        [
            .. bounds.Select((from, i) =>
            {
                var to = i + 1 < bounds.Count ? bounds[i + 1] : double.PositiveInfinity;
                var chosen = lesions.Where(lesion => lesion.Volume >= from && lesion.Volume < to).ToList();
                return new LesionSizeRecall(from, to, chosen.Count(lesion => lesion.IsFound), chosen.Count);
            }),
        ];
    }

    internal bool HasLesions => Cases.Any(one => one.Lesions.Any(lesions => lesions is not null));

    /// <summary>
    /// Compares with another model on the cases that both have, by name: metric by metric, each class and the mean over classes.
    /// </summary>
    /// <param name="other">The second model; differences are its values less those of this one.</param>
    /// <exception cref="ArgumentException">No case is in both, a name occurs twice, or classes or metrics differ.</exception>
    public IReadOnlyList<ModelComparison> Compare(SegmentationMetrics other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (
            !Metrics.Select(m => m.Key).SequenceEqual(other.Metrics.Select(m => m.Key))
            || !Classes.Select(c => c.Class.Value).SequenceEqual(other.Classes.Select(c => c.Class.Value))
        )
        {
            throw new ArgumentException(
                "The two evaluations have other metrics or classes. Evaluate both with the same ones.",
                nameof(other)
            );
        }

        var shared = PairedCases(other);
        return
        [
            .. Metrics.SelectMany(metric =>
                Enumerable
                    .Range(-1, Classes.Count + 1)
                    .Select(i =>
                    {
                        double[] first = ValuesOf(metric.Key, i),
                            second = other.ValuesOf(metric.Key, i);
                        double[] differences = [.. shared.Select(pair => second[pair.Second] - first[pair.First]).Where(double.IsFinite)];
                        var (lower, upper) = Bootstrap.IntervalOfMean(differences, Seed);
                        var mean = differences.Length == 0 ? double.NaN : differences.Average();
                        return new ModelComparison(
                            metric,
                            i < 0 ? null : Classes[i].Class,
                            mean,
                            lower,
                            upper,
                            SignedRankTest.PValue(differences),
                            differences.Length
                        );
                    })
            ),
        ];
    }

    /// <summary>CSV: one row for each case and class, one column for each metric.</summary>
    public string ToCsv() => MetricTables.ToCsv(this);

    /// <summary>JSON: means with intervals by class and metric, missing cases, and every case's values.</summary>
    public string ToJson() => MetricTables.ToJson(this);

    private List<(int First, int Second)> PairedCases(SegmentationMetrics other)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < other.Cases.Count; i++)
        {
            if (!places.TryAdd(other.Cases[i].Name, i))
            {
                throw new ArgumentException($"The case '{other.Cases[i].Name}' occurs twice; cases are paired by name.", nameof(other));
            }
        }

        List<(int First, int Second)> pairs =
        [
            .. Cases.Select((one, i) => (i, places.GetValueOrDefault(one.Name, -1))).Where(pair => pair.Item2 >= 0),
        ];
        return pairs.Select(pair => pair.Second).Distinct().Count() == pairs.Count && pairs.Count > 0
            ? pairs
            : throw new ArgumentException(
                "The two evaluations have no case in common, or a case's name occurs twice. Cases are paired by name.",
                nameof(other)
            );
    }

    private double[] ValuesOf(string key, int classIndex)
    {
        var metric = Metrics.Select(m => m.Key).ToList().FindIndex(measured => measured.Equals(key, StringComparison.OrdinalIgnoreCase));
        return metric >= 0
            ? [.. Cases.Select(one => classIndex < 0 ? MeanOfNumbers(one.Values[metric]) : one.Values[metric][classIndex])]
            : throw new ArgumentException(
                $"The metric '{key}' was not measured; {string.Join(", ", Metrics.Select(m => m.Key))} were.",
                nameof(key)
            );
    }

    /// <summary>A table of the classes, and how it was averaged.</summary>
    public override string ToString()
    {
        var width = Math.Max("class".Length, Classes.Select(c => c.Class.Name.Length).DefaultIfEmpty().Max());
        var table = new StringBuilder();
        table.AppendLine($"{"class".PadRight(width)}  value    Dice     IoU  cases  excluded");
        foreach (var c in Classes)
        {
            table.AppendLine(
                $"{c.Class.Name.PadRight(width)}  {c.Class.Value,5}  {Format(c.Dice),6}  "
                    + $"{Format(c.IoU),6}  {c.CasesUsed,5}  {c.CasesExcluded,8}"
            );
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

    private static double MeanOfNumbers(IEnumerable<double> values) =>
        values.Where(v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN).Average();

    private static string Format(double value) => double.IsNaN(value) ? "n/a" : value.ToString("0.0000", CultureInfo.InvariantCulture);
}
