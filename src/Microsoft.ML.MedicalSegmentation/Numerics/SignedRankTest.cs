namespace Microsoft.ML.MedicalSegmentation.Numerics;

/// <summary>Wilcoxon's signed-rank test of paired differences, two-sided.</summary>
/// <remarks>
/// Differences of 0 are left out; ties share the mean of their ranks. Up to 50 differences the distribution over all signs is exact, ties
/// included; above, normal with the variance that ties leave, without continuity correction, as scipy.stats.wilcoxon.
/// Wilcoxon 1945, https://doi.org/10.2307/3001968.
/// </remarks>
internal static class SignedRankTest
{
    private const int LargestExact = 50;

    /// <summary>The probability, under no difference, of a rank sum as far from its middle; NaN if no difference is left.</summary>
    public static double PValue(IEnumerable<double> differences)
    {
        double[] left = [.. differences.Where(difference => difference != 0 && !double.IsNaN(difference)).OrderBy(Math.Abs)];
        if (left.Length == 0)
        {
            return double.NaN;
        }

        var doubledRanks = DoubledRanks(left);
        long positive = 0;
        for (var i = 0; i < left.Length; i++)
        {
            positive += left[i] > 0 ? doubledRanks[i] : 0;
        }

        return left.Length <= LargestExact ? Exact(doubledRanks, positive) : Normal(doubledRanks, positive);
    }

    // Twice the rank, so that means of two ranks stay whole.
    private static int[] DoubledRanks(double[] byMagnitude)
    {
        var ranks = new int[byMagnitude.Length];
        for (int start = 0, end; start < ranks.Length; start = end)
        {
            end = start + 1;
            while (end < ranks.Length && Math.Abs(byMagnitude[end]) == Math.Abs(byMagnitude[start]))
            {
                end++;
            }

            ranks.AsSpan(start..end).Fill(start + 1 + end);
        }

        return ranks;
    }

    private static double Exact(int[] doubledRanks, long positive)
    {
        var probability = new double[doubledRanks.Sum() + 1];
        probability[0] = 1;
        var reached = 0;
        foreach (var rank in doubledRanks)
        {
            reached += rank;
            for (var sum = reached; sum >= 0; sum--)
            {
                probability[sum] = (probability[sum] + (sum >= rank ? probability[sum - rank] : 0)) / 2;
            }
        }

        var smaller = (int)Math.Min(positive, reached - positive);
        return Math.Min(1, 2 * probability.Take(smaller + 1).Sum());
    }

    private static double Normal(int[] doubledRanks, long positive)
    {
        var middle = doubledRanks.Sum(rank => (double)rank) / 2;
        var variance = doubledRanks.Sum(rank => (double)rank * rank) / 4;
        return ErrorFunction.Complement(Math.Abs(positive - middle) / Math.Sqrt(2 * variance));
    }
}
