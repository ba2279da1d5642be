using Microsoft.ML.MedicalSegmentation.Classification;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How well a classifier does on cases of known classes.</summary>
public sealed class ClassificationEvaluation
{
    private const double SmallestProbability = 1e-15;

    private readonly int[] _truth;
    private readonly float[][] _probabilities;
    private readonly RankedScores[] _ranked;

    /// <summary>Evaluates probabilities.</summary>
    /// <param name="classes">Names of the classes.</param>
    /// <param name="truth">The class index of each case.</param>
    /// <param name="probabilities">Of each case one probability per class.</param>
    /// <exception cref="ArgumentException">The numbers do not belong together.</exception>
    public ClassificationEvaluation(
        IReadOnlyList<string> classes,
        IReadOnlyList<int> truth,
        IReadOnlyList<IReadOnlyList<float>> probabilities
    )
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(probabilities);
        if (
            classes.Count < 2
            || truth.Count == 0
            || truth.Count != probabilities.Count
            || truth.Any(index => index < 0 || index >= classes.Count)
            || probabilities.Any(row => row.Count != classes.Count || row.Any(float.IsNaN))
        )
        {
            throw new ArgumentException(
                $"There are {classes.Count} classes, {truth.Count} cases and {probabilities.Count} rows of probabilities. Give at "
                    + "least 2 classes and 1 case, a class index of each case, and a row with one probability per class."
            );
        }

        Classes = [.. classes];
        _truth = [.. truth];
        _probabilities = [.. probabilities.Select(row => row.ToArray())];
        _ranked =
        [
            .. classes.Select(
                (_, index) =>
                    new RankedScores([.. _probabilities.Select(row => (double)row[index])], [.. _truth.Select(one => one == index)])
            ),
        ];
        Confusion = Count(_truth, _probabilities, classes.Count);
        ClassAuc = [.. _ranked.Select(ranked => ranked.Auc([]))];
    }

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Number of cases.</summary>
    public int CaseCount => _truth.Length;

    /// <summary>The class index of each case.</summary>
    public IReadOnlyList<int> Truth => _truth;

    /// <summary>Of each case one probability per class.</summary>
    public IReadOnlyList<IReadOnlyList<float>> Probabilities => _probabilities;

    /// <summary>
    /// Area under the ROC curve: of two classes that of either, of more the mean of each class against all others; NaN where a class has no
    /// cases.
    /// </summary>
    public double Auc => ClassAuc.Average();

    /// <summary>Area under the ROC curve of each class against all others.</summary>
    public IReadOnlyList<double> ClassAuc { get; }

    /// <summary>The 95 % interval of <see cref="Auc"/>, by the bootstrap over cases.</summary>
    public (double Lower, double Upper) AucInterval
    {
        get
        {
            var (lower, upper, _) = AucBootstrap.Interval(CaseCount, counts => _ranked.Average(ranked => ranked.Auc(counts)));
            return (lower, upper);
        }
    }

    /// <summary>Cases by true class (first index) and by most probable class (second index).</summary>
    public IReadOnlyList<IReadOnlyList<int>> Confusion { get; }

    /// <summary>Share of the cases whose most probable class is the true one.</summary>
    public double Accuracy => Enumerable.Range(0, Classes.Count).Sum(index => (double)Confusion[index][index]) / CaseCount;

    /// <summary>Share of each class's cases that were found: its sensitivity; NaN where it has none.</summary>
    public IReadOnlyList<double> Recall =>
        [.. Confusion.Select((row, index) => row.Sum() == 0 ? double.NaN : (double)row[index] / row.Sum())];

    /// <summary>Share of the cases given to each class that belong to it; NaN where none was given.</summary>
    public IReadOnlyList<double> Precision =>
        [
            .. Enumerable
                .Range(0, Classes.Count)
                .Select(index =>
                    Confusion.Sum(row => row[index]) is var given and > 0 ? (double)Confusion[index][index] / given : double.NaN
                ),
        ];

    /// <summary>Mean of <see cref="Recall"/> over the classes that have cases.</summary>
    public double BalancedAccuracy => Recall.Where(recall => !double.IsNaN(recall)).Average();

    /// <summary>Mean of -log of the true class's probability, which is at least 1e-15.</summary>
    public double LogLoss => _truth.Zip(_probabilities, (index, row) => -Math.Log(Math.Max(row[index], SmallestProbability))).Average();

    /// <summary>Compares the areas under the ROC curve with those of another classifier on the same cases.</summary>
    /// <param name="other">The other one; differences are its areas less these.</param>
    /// <exception cref="ArgumentException">The cases or classes differ.</exception>
    public AucComparison CompareAuc(ClassificationEvaluation other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return CompareAuc([this], [other]);
    }

    /// <summary>
    /// The mean area of several trainings on the same cases, and its 95 % interval by the bootstrap over cases; all trainings see the same
    /// draws.
    /// </summary>
    /// <param name="trainings">At least one.</param>
    /// <exception cref="ArgumentException">The cases or classes differ.</exception>
    public static (double Mean, double Lower, double Upper) MeanAuc(IReadOnlyList<ClassificationEvaluation> trainings)
    {
        RequireSameCases(trainings);
        var (lower, upper, _) = AucBootstrap.Interval(trainings[0].CaseCount, counts => Mean(trainings, counts));
        return (Mean(trainings, []), lower, upper);
    }

    /// <summary>Compares the mean areas of two groups of trainings on the same cases, such as of several seeds.</summary>
    /// <param name="first">At least one.</param>
    /// <param name="second">At least one; the difference is its mean less that of <paramref name="first"/>.</param>
    /// <exception cref="ArgumentException">The cases or classes differ.</exception>
    public static AucComparison CompareAuc(IReadOnlyList<ClassificationEvaluation> first, IReadOnlyList<ClassificationEvaluation> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        RequireSameCases([.. first, .. second]);
        var one = first[0];
        var (lower, upper, probability) = AucBootstrap.Interval(one.CaseCount, counts => Mean(second, counts) - Mean(first, counts));
        if (first.Count == 1 && second.Count == 1 && one.Classes.Count == 2)
        {
            probability = DeLongTest.PValue(
                [.. one._probabilities.Select(row => (double)row[1])],
                [.. second[0]._probabilities.Select(row => (double)row[1])],
                [.. one._truth.Select(index => index == 1)]
            );
        }

        return new(Mean(second, []) - Mean(first, []), lower, upper, probability, one.CaseCount);
    }

    private static double Mean(IReadOnlyList<ClassificationEvaluation> trainings, int[] counts)
        => trainings.Average(evaluation => evaluation._ranked.Average(ranked => ranked.Auc(counts)));

    private static void RequireSameCases(IReadOnlyList<ClassificationEvaluation> evaluations)
    {
        ArgumentNullException.ThrowIfNull(evaluations);
        if (
            evaluations.Count == 0
            || evaluations.Any(other =>
                !other.Classes.SequenceEqual(evaluations[0].Classes) || !other._truth.AsSpan().SequenceEqual(evaluations[0]._truth)
            )
        )
        {
            throw new ArgumentException(
                "The evaluations are of different cases or classes, or there are none. Compare "
                    + "classifiers on the same cases, in the same order."
            );
        }
    }

    private static int[][] Count(int[] truth, float[][] probabilities, int classes)
    {
        var confusion = new int[classes][];
        for (var index = 0; index < classes; index++)
        {
            confusion[index] = new int[classes];
        }

        for (var row = 0; row < truth.Length; row++)
        {
            confusion[truth[row]][Array.IndexOf(probabilities[row], probabilities[row].Max())]++;
        }

        return confusion;
    }
}
