namespace Microsoft.ML.MedicalSegmentation.Numerics;

[TestClass]
public class OrderStatisticsTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(1000)]
    public void Percentiles_RandomValues_EqualThoseOfTheSortedValues(int count)
    {
        var random = new Random(count);
        var values = Enumerable
            .Range(0, count)
            .Select(i => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-5, 5))))
            .ToArray();
        double[] percentiles = [0, 0.5, 25, 50, 99.5, 100];
        var results = OrderStatistics.Percentiles(values, percentiles);
        var sorted = values.Order().ToArray();
        for (var i = 0; i < percentiles.Length; i++)
        {
            var position = percentiles[i] / 100 * (count - 1);
            var (low, high) = (sorted[(int)Math.Floor(position)], sorted[(int)Math.Ceiling(position)]);
            var expected = low + ((position - Math.Floor(position)) * ((double)high - low));
            Assert.AreEqual(expected, results[i], 1e-12 + (1e-9 * Math.Abs(expected)));
        }
    }

    [TestMethod]
    public void Percentiles_RepeatedValuesAndBothZeros_AreExact()
        => CollectionAssert.AreEqual(new[] { -1.0, 0, 5 }, OrderStatistics.Percentiles([5, -1, 0, -0f, 0, -1, 5], 0, 50, 100));
}
