using Microsoft.ML.MedicalSegmentation.Metrics;
using Microsoft.ML.MedicalSegmentation.Metrics.Surfaces;
using Microsoft.ML.MedicalSegmentation.Volumes;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Compares predictions with truths case by case; keeps counts, never volumes.</summary>
public sealed class SegmentationEvaluator
{
    /// <summary>The most classes that are compared at once; more are instance numbers rather than classes.</summary>
    public const int MaximumClasses = 1024;

    private const int Background = 0;

    private readonly EmptyPolicy _emptyPolicy;
    private readonly bool _includeBackground;
    private readonly bool _classesAreGiven;
    private readonly List<LabelClass> _classes;
    private readonly int[] _ignored;
    private readonly IReadOnlyList<SegmentationMetric> _metrics;
    private readonly SurfaceWorkspace _surfaces = new();
    private readonly List<EvaluatedCase> _cases = [];
    private CalibrationError? _calibration;

    /// <summary>Starts an evaluation.</summary>
    /// <param name="classes">
    /// The classes that labels may have; background 0 is always allowed. Default: every value that occurs is a class. Voxels whose truth
    /// has the value of an ignored class (<see cref="LabelClass.IsIgnored"/>) count nowhere.
    /// </param>
    /// <param name="emptyPolicy">What overlap is where a class is in neither volume.</param>
    /// <param name="includeBackground">True to measure label value 0 as well; it inflates every mean.</param>
    /// <param name="metrics">What to measure. Default: Dice and IoU; see <see cref="MetricList"/>.</param>
    /// <exception cref="ArgumentException">Two classes have one value, a value is impossible, or only the background is left.</exception>
    public SegmentationEvaluator(
        IReadOnlyList<LabelClass>? classes = null, EmptyPolicy emptyPolicy = EmptyPolicy.Nan, bool includeBackground = false,
        IReadOnlyList<SegmentationMetric>? metrics = null)
    {
        if (!Enum.IsDefined(emptyPolicy))
        {
            throw new ArgumentOutOfRangeException(nameof(emptyPolicy), emptyPolicy, "This is not an empty policy. Use Nan, One or Zero.");
        }

        _metrics = metrics is { Count: > 0 } ? [.. metrics] : MetricList.Default;
        _emptyPolicy = emptyPolicy;
        _includeBackground = includeBackground;
        _classesAreGiven = classes is { Count: > 0 };
        _ignored = [.. (classes ?? []).Where(c => c.IsIgnored).Select(c => c.Value)];
        _classes = [.. (classes ?? []).Where(c => !c.IsIgnored)];
        if ((classes ?? []).FirstOrDefault(c => c.Value is < 0 or > LabelClass.MaximumValue) is { } impossible)
        {
            throw new ArgumentException(
                $"Class '{impossible.Name}' has value {impossible.Value}; values are 0 to {LabelClass.MaximumValue}.",
                nameof(classes)
            );
        }

        if ((classes ?? []).GroupBy(c => c.Value).FirstOrDefault(g => g.Count() > 1) is { } repeated)
        {
            throw new ArgumentException(
                $"Label value {repeated.Key} stands for several classes "
                    + $"({string.Join(", ", repeated.Select(c => c.Name))}); values must differ.",
                nameof(classes)
            );
        }

        if (_classesAreGiven && !includeBackground && _classes.TrueForAll(c => c.Value == Background))
        {
            throw new ArgumentException(
                "The only class is the background. Name the structures to measure, or include the background.",
                nameof(classes)
            );
        }

        if (_classes.TrueForAll(c => c.Value != Background))
        {
            _classes.Insert(0, LabelClass.Unnamed(Background));
        }

        if (_classes.Count > MaximumClasses)
        {
            throw TooManyClasses($"There are {_classes.Count} classes");
        }
    }

    /// <summary>
    /// Starts an evaluation of label volumes of one kind, whose ignored voxels count nowhere; a class that is in neither volume does not
    /// count for a case.
    /// </summary>
    /// <param name="truth">The first of them.</param>
    internal static SegmentationEvaluator Of(LabelVolume truth) =>
        new(truth.Classes.Any(c => c.IsIgnored) ? truth.Classes : null, EmptyPolicy.Nan);

    /// <summary>Compares one prediction with its truth.</summary>
    /// <param name="truth">
    /// What experts drew. Labels whose voxels coincide with those of the prediction are brought to its axes, and slices that their file
    /// left out are background.
    /// </param>
    /// <param name="prediction">What the network says, on the same grid.</param>
    /// <param name="caseName">Names the case in the result and in messages. Default: "row 0" and so on.</param>
    /// <param name="group">The subgroup of the case, such as its scanner.</param>
    /// <returns>
    /// Voxel counts of each class that the result will have; more classes may appear with later cases where none were given.
    /// </returns>
    /// <exception cref="ArgumentException">Sizes or positions differ, or a label value is of no class.</exception>
    public IReadOnlyList<OverlapCounts> Add(LabelVolume truth, LabelVolume prediction, string? caseName = null, string? group = null)
    {
        var name = string.IsNullOrEmpty(caseName) ? $"row {_cases.Count}" : caseName;
        truth = LabelPlacement.TryPlace(truth, prediction.Shape, prediction.Geometry) ?? truth;
        GridCheck.Require(truth, prediction, $"Case '{name}': ");
        int[] values = [.. _classes.Select(c => c.Value)];
        var confusion = _classesAreGiven ? new LabelConfusion(values, _ignored) : LabelConfusion.OfAnyValues(values, MaximumClasses);
        var fault = confusion.Add(truth, prediction);
        if (fault >= 0)
        {
            throw _classesAreGiven
                ? UnknownValue(truth, prediction, fault, name)
                : TooManyClasses($"Case '{name}' brings more than {MaximumClasses} label values");
        }

        if (!_classesAreGiven)
        {
            _classes.AddRange(confusion.Values.Skip(_classes.Count).Select(LabelClass.Unnamed));
        }

        var overlaps = _classes.Select((_, i) => confusion.OverlapOf(i)).ToArray();
        var counted = IgnoredVoxels.Clear(truth, prediction, _ignored);
        var comparison = new VolumePair(counted.Truth, counted.Prediction, _emptyPolicy, _surfaces, counted.Count);
        var structures = _classes.Select((c, i) => new StructureComparison(comparison, c.Value, overlaps[i])).ToList();
        double[][] measured =
        [
            .. _metrics.Select(metric => structures.Select(s => IsMeasured(s.Label) ? metric.Measure(s) : double.NaN).ToArray()),
        ];
        _cases.Add(new(name, group ?? "", overlaps, measured, [.. structures.Select(s => s.TrueLesionsIfMeasured)], confusion.NonZero()));
        return [.. Measured().Select(i => overlaps[i])];
    }

    /// <summary>The measures of all cases added so far.</summary>
    /// <exception cref="InvalidOperationException">No case was added, or no class but the background occurs.</exception>
    public SegmentationMetrics ToMetrics()
    {
        if (_cases.Count == 0)
        {
            throw new InvalidOperationException("There are no cases to evaluate: the data has no rows.");
        }

        var measured = Measured().OrderBy(i => _classesAreGiven ? i : _classes[i].Value).ToList();
        if (measured.Count == 0)
        {
            throw new InvalidOperationException(
                "No label but the background occurs in the data. Pass the classes, or check that these are the right label volumes."
            );
        }

        // A class that first occurred in a later case was in neither volume of the earlier ones.
        var cases = _cases.Select(c =>
        {
            OverlapCounts[] overlaps = [.. measured.Select(i => i < c.Overlaps.Length ? c.Overlaps[i] : default)];
            return new CaseMetrics(
                c.Name,
                overlaps,
                [.. overlaps.Select(o => o.Dice(_emptyPolicy))],
                [.. overlaps.Select(o => o.IoU(_emptyPolicy))]
            )
            {
                Group = c.Group,
                Lesions = [.. measured.Select(i => i < c.Lesions.Length ? c.Lesions[i] : null)],
                Confusion = c.Confusion,
                Values =
                [
                    .. c.Values.Select(
                        (values, m) => (IReadOnlyList<double>)[.. measured.Select(i => i < values.Length ? values[i] : OfAbsentClass(m))]
                    ),
                ],
            };
        });
        return new([.. measured.Select(i => _classes[i])], [.. cases], _emptyPolicy, _metrics)
        {
            Confusion = new([.. _classes.OrderBy(c => c.Value)], _cases.Select(c => c.Confusion)),
            Calibration = _calibration,
        };
    }

    /// <summary>Adds the class probabilities of a case to the calibration error of the result.</summary>
    /// <inheritdoc cref="CalibrationError.Add"/>
    public void AddProbabilities(LabelVolume truth, Volume probabilities, IReadOnlyList<LabelClass> classes)
        => (_calibration ??= new()).Add(truth, probabilities, classes);

    // Every metric gives the same for a structure in neither volume, whatever the case; only the volumes' size may count, for specificity.
    private double OfAbsentClass(int metric)
    {
        var empty = LabelVolume.Create(new byte[1], new(1, 1, 1, 1));
        return _metrics[metric].Measure(new(new VolumePair(empty, empty, _emptyPolicy, _surfaces), LabelClass.MaximumValue, default));
    }

    private bool IsMeasured(int label) => _includeBackground || label != Background;

    private IEnumerable<int> Measured() => Enumerable.Range(0, _classes.Count).Where(i => IsMeasured(_classes[i].Value));

    private static ArgumentException TooManyClasses(string what)
        => new($"{what}; at most {MaximumClasses} can be compared. Are these instance numbers or intensities rather than classes?");

    private ArgumentException UnknownValue(LabelVolume truth, LabelVolume prediction, long offset, string name)
    {
        var (shape, i) = (truth.Shape, checked((int)offset));
        int x = i % shape.Width, y = i / shape.Width % shape.Height, z = i / shape.Width / shape.Height;
        var inTruth = _classes.TrueForAll(c => c.Value != truth[z, y, x]) && !_ignored.Contains(truth[z, y, x]);
        return new ArgumentException(
            $"Case '{name}': the {(inTruth ? "label" : "prediction")} has value {(inTruth ? truth : prediction)[z, y, x]} at [z "
                + $"{z}, y {y}, x {x}], which is none of the classes {string.Join(", ", _classes.Select(c => $"{c.Value} {c.Name}"))}. "
                + "Add it to the classes, or map the value to one of them."
        );
    }

    private sealed record EvaluatedCase(
        string Name,
        string Group,
        OverlapCounts[] Overlaps,
        double[][] Values,
        IReadOnlyList<(double, bool)>?[] Lesions,
        IReadOnlyDictionary<(int, int), long> Confusion
    );
}
