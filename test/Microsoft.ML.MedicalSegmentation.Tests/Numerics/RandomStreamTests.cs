namespace Microsoft.ML.MedicalSegmentation.Numerics;

[TestClass]
public class RandomStreamTests
{
    [TestMethod]
    public void Keys_InAnotherOrder_GiveAnotherStream()
    {
        var first = new RandomStream(1, 2, 3);
        var same = new RandomStream(1, 2, 3);
        var swapped = new RandomStream(1, 3, 2);
        var value = first.NextDouble();

        Assert.AreEqual(value, same.NextDouble());
        Assert.AreNotEqual(value, swapped.NextDouble());
    }

    [TestMethod]
    public void NextInt_ManyDraws_ReachesEveryNumberEvenly()
    {
        var random = new RandomStream(42);
        var counts = new int[6];
        for (var i = 0; i < 60_000; i++)
        {
            counts[random.NextInt(-2, 3) + 2]++;
        }

        Assert.IsTrue(counts.All(count => count is > 9_500 and < 10_500), string.Join(" ", counts));
    }

    [TestMethod]
    public void NextGaussian_ManyDraws_HasMeanZeroAndDeviationOne()
    {
        var random = new RandomStream(42);
        var values = Enumerable.Range(0, 100_000).Select(_ => random.NextGaussian()).ToArray();

        Assert.AreEqual(0, values.Average(), 0.02);
        Assert.AreEqual(1, Math.Sqrt(values.Average(v => v * v)), 0.02);
        Assert.AreEqual(0.3173, values.Count(v => Math.Abs(v) > 1) / 100_000.0, 0.01);
    }

    [TestMethod]
    public void Permutation_HoldsEachNumberOnce()
    {
        var permutation = new RandomStream(3).Permutation(50);

        CollectionAssert.AreEquivalent(Enumerable.Range(0, 50).ToArray(), permutation);
        CollectionAssert.AreNotEqual(Enumerable.Range(0, 50).ToArray(), permutation);
    }
}
