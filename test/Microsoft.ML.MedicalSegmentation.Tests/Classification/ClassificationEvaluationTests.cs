namespace Microsoft.ML.MedicalSegmentation.Classification;

[TestClass]
public class ClassificationEvaluationTests
{
    private static readonly bool[] Positive = [true, true, true, true, true, false, false, false, false, false, false];
    private static readonly double[] First = [0.9, 0.8, 0.8, 0.55, 0.4, 0.8, 0.6, 0.5, 0.3, 0.2, 0.1];
    private static readonly double[] Second = [0.7, 0.9, 0.4, 0.3, 0.35, 0.6, 0.5, 0.45, 0.35, 0.2, 0.15];

    [TestMethod]
    public void Auc_WithTies_CountsPairs()
    {
        Assert.AreEqual(Pairs(First), new RankedScores(First, Positive).Auc([]), 1e-12);
        Assert.AreEqual(Pairs(Second), new RankedScores(Second, Positive).Auc([]), 1e-12);
        Assert.AreEqual(double.NaN, new RankedScores([1, 2], [true, true]).Auc([]));
    }

    [TestMethod]
    public void Auc_OfDrawnCases_IsThatOfCasesRepeated()
    {
        int[] counts = [2, 0, 1, 1, 3, 1, 0, 2, 1, 1, 0];
        double[] scores = [.. First.SelectMany((score, index) => Enumerable.Repeat(score, counts[index]))];
        bool[] positive = [.. Positive.SelectMany((one, index) => Enumerable.Repeat(one, counts[index]))];

        Assert.AreEqual(new RankedScores(scores, positive).Auc([]), new RankedScores(First, Positive).Auc(counts), 1e-12);
    }

    // By the definition in NumPy: variance of the placements' differences of positives and negatives, over their numbers.
    [TestMethod]
    public void DeLong_PairedScores_GivesTheDefinition()
    {
        Assert.AreEqual(0.21244256571310494, DeLongTest.PValue(First, Second, Positive), 1e-9);
        Assert.AreEqual(1, DeLongTest.PValue(First, First, Positive));
        Assert.AreEqual(double.NaN, DeLongTest.PValue([1, 2, 3], [3, 2, 1], [true, false, false]));
    }

    [TestMethod]
    public void Evaluation_OfThreeClasses_HasTheUsualMetrics()
    {
        var evaluation = new ClassificationEvaluation(
            ["a", "b", "c"],
            [0, 0, 1, 1, 2],
            [[0.7f, 0.2f, 0.1f], [0.3f, 0.4f, 0.3f], [0.1f, 0.8f, 0.1f], [0.2f, 0.5f, 0.3f], [0.6f, 0.1f, 0.3f]]);

        Assert.AreEqual(0.6, evaluation.Accuracy, 1e-12);
        CollectionAssert.AreEqual(new[] { 1, 1, 0 }, evaluation.Confusion[0].ToArray());
        CollectionAssert.AreEqual(new[] { 0.5, 1, 0 }, evaluation.Recall.ToArray());
        Assert.AreEqual(0.5, evaluation.BalancedAccuracy, 1e-12);
        Assert.AreEqual(0.5, evaluation.Precision[0], 1e-12);
        Assert.IsTrue(double.IsNaN(evaluation.Precision[2]));
        Assert.AreEqual(-(Math.Log(0.7) + Math.Log(0.3) + Math.Log(0.8) + Math.Log(0.5) + Math.Log(0.3)) / 5, evaluation.LogLoss, 1e-6);
        Assert.AreEqual(5.0 / 6, evaluation.ClassAuc[0], 1e-12);
        Assert.AreEqual(1, evaluation.ClassAuc[1], 1e-12);
    }

    [TestMethod]
    public void AucInterval_HoldsTheValue_AndIsRepeatable()
    {
        var evaluation = Binary(First);
        var (lower, upper) = evaluation.AucInterval;

        Assert.IsTrue(lower < evaluation.Auc && evaluation.Auc < upper, $"{lower} {evaluation.Auc} {upper}");
        Assert.AreEqual((lower, upper), Binary(First).AucInterval);
    }

    [TestMethod]
    public void CompareAuc_GivesDifferenceIntervalAndTest()
    {
        var comparison = Binary(First).CompareAuc(Binary(Second));

        Assert.AreEqual(Pairs(Second) - Pairs(First), comparison.Difference, 1e-9);
        Assert.IsTrue(comparison.Lower <= comparison.Difference && comparison.Difference <= comparison.Upper);
        Assert.AreEqual(0.21244256571310494, comparison.PValue, 1e-6);
        Assert.AreEqual(11, comparison.Count);
        Assert.ThrowsExactly<ArgumentException>(() => Binary(First).CompareAuc(new(["a", "b"], [0, 1], [[1, 0], [0, 1]])));
    }

    [TestMethod]
    public void Evaluation_OfUnfitNumbers_Fails()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new ClassificationEvaluation(["a"], [0], [[1]]));
        Assert.ThrowsExactly<ArgumentException>(() => new ClassificationEvaluation(["a", "b"], [2], [[1, 0]]));
        Assert.ThrowsExactly<ArgumentException>(() => new ClassificationEvaluation(["a", "b"], [0], [[float.NaN, 0]]));
    }

    private static ClassificationEvaluation Binary(double[] scores) =>
        new(
            ["no", "yes"],
            [.. Positive.Select(one => one ? 1 : 0)],
            [.. scores.Select(score => (IReadOnlyList<float>)[(float)(1 - score), (float)score])]
        );

    private static double Pairs(double[] scores)
    {
        var pairs = from i in Enumerable.Range(0, scores.Length)
                    from j in Enumerable.Range(0, scores.Length)
                    where Positive[i] && !Positive[j]
                    select scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        return pairs.Average();
    }
}
