using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Study;

/// <summary>The mean Dice of the test cases with a block, less that without, on the same cases and seeds.</summary>
/// <param name="Difference">Mean over the cases in which both have a value.</param>
/// <param name="Lower">Lower end of the 95 % interval, by the bootstrap over cases; NaN below two cases.</param>
/// <param name="Upper">Upper end.</param>
/// <param name="PValue">Wilcoxon's signed-rank test over cases, two-sided; NaN if no case differs.</param>
internal sealed record BlockComparison(double Difference, double Lower, double Upper, double PValue)
{
    // The intervals of one study are drawn alike.
    private const int Draw = 1;

    /// <summary>Compares trainings with a block with those without. A case's value is its mean over classes and seeds.</summary>
    public static BlockComparison Of(IReadOnlyList<AttentionStudyRun> control, IReadOnlyList<AttentionStudyRun> block)
    {
        var seeds = control.Select(run => run.Seed).Intersect(block.Select(run => run.Seed)).ToHashSet();
        double[] first = CaseMeans(control, seeds), second = CaseMeans(block, seeds);
        double[] differences = [.. second.Zip(first, (with, without) => with - without).Where(double.IsFinite)];
        var (lower, upper) = Bootstrap.IntervalOfMean(differences, Draw);
        var mean = differences.Length == 0 ? double.NaN : differences.Average();
        return new(mean, lower, upper, SignedRankTest.PValue(differences));
    }

    /// <summary>
    /// Probabilities corrected for the number of comparisons by the method of Holm 1979, https://www.jstor.org/stable/4615733. NaN stays
    /// NaN and counts as no comparison.
    /// </summary>
    public static double[] Corrected(IReadOnlyList<double> probabilities)
    {
        var corrected = Enumerable.Repeat(double.NaN, probabilities.Count).ToArray();
        var known = Enumerable.Range(0, corrected.Length).Where(i => !double.IsNaN(probabilities[i]));
        int[] ascending = [.. known.OrderBy(i => probabilities[i])];
        var largest = 0.0;
        foreach (var (rank, at) in ascending.Index())
        {
            largest = Math.Max(largest, Math.Min(1, (ascending.Length - rank) * probabilities[at]));
            corrected[at] = largest;
        }

        return corrected;
    }

    private static double[] CaseMeans(IReadOnlyList<AttentionStudyRun> runs, HashSet<int> seeds)
    {
        List<AttentionStudyRun> same = [.. runs.Where(run => seeds.Contains(run.Seed))];
        var cases = Enumerable.Range(0, same[0].Metrics.Cases.Count);
        return [.. cases.Select(at => same.Average(run => MeanOfNumbers(run.Metrics.Cases[at].Dice)))];
    }

    // A structure that is in neither truth nor prediction has no Dice.
    private static double MeanOfNumbers(IEnumerable<double> values) =>
        values.Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();
}
