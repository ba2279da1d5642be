namespace Microsoft.ML.MedicalSegmentation.Study;

[TestClass]
public class BlockComparisonTests
{
    [TestMethod]
    public void Of_SeveralSeeds_PairsTheCasesMeans()
    {
        var control = new[] { Run("none", 0, [0.5, 0.6, 0.7]), Run("none", 1, [0.7, 0.8, 0.9]), Run("none", 2, [0, 0, 0]) };
        var block = new[] { Run("b", 0, [0.6, 0.8, 1.0]), Run("b", 1, [0.8, 0.8, 0.8]) };

        var comparison = BlockComparison.Of(control, block);

        // Means over the seeds that both have: 0.6, 0.7, 0.8 without and 0.7, 0.8, 0.9 with. All three of three signs are positive:
        // p = 2 / 2^3.
        Assert.AreEqual(0.1, comparison.Difference, 1e-9);
        Assert.AreEqual(0.1, comparison.Lower, 1e-9);
        Assert.AreEqual(0.1, comparison.Upper, 1e-9);
        Assert.AreEqual(0.25, comparison.PValue, 1e-9);
    }

    [TestMethod]
    public void Of_CasesWithoutTheStructure_AreLeftOut()
    {
        var comparison = BlockComparison.Of(
            [Run("none", 0, [0.5, double.NaN, 0.5, 0.5])], [Run("b", 0, [0.4, 0.9, double.NaN, 0.6])]);

        Assert.AreEqual(0, comparison.Difference, 1e-9);
        Assert.AreEqual(1, comparison.PValue, 1e-9);
    }

    [TestMethod]
    public void Corrected_ByHolm_MultipliesByWhatIsLeft()
    {
        // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") is 0.03, 0.06, 0.06, 0.02; a comparison without a value is not counted.
        double[] expected = [double.NaN, 0.03, 0.06, 0.06, 0.02];

        var corrected = BlockComparison.Corrected([double.NaN, 0.01, 0.04, 0.03, 0.005]);

        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], corrected[i], 1e-12, $"{i}");
        }
    }

    private static AttentionStudyRun Run(string block, int seed, double[] dice) =>
        new()
        {
            Block = block,
            Seed = seed,
            Parameters = 1,
            TrainingSeconds = 1,
            Metrics = new(
                [new(1, "structure")],
                [.. dice.Select((value, i) => new CaseMetrics($"{i}", [], [value], [value]))],
                default,
                []
            ),
            Hausdorff95 = [0],
            Misses = 0,
        };
}
