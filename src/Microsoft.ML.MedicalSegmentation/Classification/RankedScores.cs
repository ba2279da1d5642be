namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>Scores in ascending order with their ties, so that areas under ROC curves of many draws take one pass each.</summary>
internal sealed class RankedScores
{
    private readonly int[] _order;
    private readonly int[] _groupEnds;
    private readonly bool[] _isPositive;

    /// <param name="scores">One per case; larger speaks for positive.</param>
    /// <param name="isPositive">One per case.</param>
    public RankedScores(IReadOnlyList<double> scores, bool[] isPositive)
    {
        _isPositive = isPositive;
        _order = [.. Enumerable.Range(0, scores.Count).OrderBy(index => scores[index])];
        var ends = new List<int>();
        for (var place = 1; place <= _order.Length; place++)
        {
            if (place == _order.Length || scores[_order[place]] != scores[_order[place - 1]])
            {
                ends.Add(place);
            }
        }

        _groupEnds = [.. ends];
    }

    /// <summary>
    /// The area under the ROC curve: how often a positive case scores above a negative one, ties counting half; NaN if there are no pairs.
    /// </summary>
    /// <param name="counts">How often each case counts; empty for once each.</param>
    public double Auc(ReadOnlySpan<int> counts)
    {
        double area = 0, negativesBelow = 0, positives = 0;
        var place = 0;
        foreach (var end in _groupEnds)
        {
            double positive = 0, negative = 0;
            for (; place < end; place++)
            {
                var index = _order[place];
                var count = counts.IsEmpty ? 1 : counts[index];
                positive += _isPositive[index] ? count : 0;
                negative += _isPositive[index] ? 0 : count;
            }

            area += positive * (negativesBelow + (negative / 2));
            negativesBelow += negative;
            positives += positive;
        }

        return positives > 0 && negativesBelow > 0 ? area / (positives * negativesBelow) : double.NaN;
    }

    /// <summary>
    /// For each positive case the share of negatives below it, for each negative one the share of positives above it, ties counting half.
    /// </summary>
    /// <remarks>
    /// DeLong et al. 1988, https://doi.org/10.2307/2531595, as computed by Sun and Xu 2014, https://doi.org/10.1109/LSP.2014.2337313.
    /// </remarks>
    public double[] Placements()
    {
        var placements = new double[_order.Length];
        var (positives, negatives) = (_isPositive.Count(positive => positive), _isPositive.Count(positive => !positive));
        double positivesBelow = 0, negativesBelow = 0;
        var start = 0;
        foreach (var end in _groupEnds)
        {
            var group = _order.AsSpan(start..end);
            double positive = 0, negative = 0;
            foreach (var index in group)
            {
                positive += _isPositive[index] ? 1 : 0;
                negative += _isPositive[index] ? 0 : 1;
            }

            foreach (var index in group)
            {
                placements[index] = _isPositive[index]
                    ? (negativesBelow + (negative / 2)) / negatives
                    : (positives - positivesBelow - (positive / 2)) / positives;
            }

            (positivesBelow, negativesBelow, start) = (positivesBelow + positive, negativesBelow + negative, end);
        }

        return placements;
    }
}
