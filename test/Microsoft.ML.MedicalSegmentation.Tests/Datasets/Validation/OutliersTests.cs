namespace Microsoft.ML.MedicalSegmentation.Datasets.Validation;

[TestClass]
public sealed class OutliersTests
{
    [TestMethod]
    public void Find_EqualValuesAndOne_FindsTheOne()
        => CollectionAssert.AreEqual(new[] { 3 }, Outliers.Find([1, 1, 1, 1.2, 1], 1.1).Places.ToArray());

    [TestMethod]
    public void Find_WithinTheLeastFactor_FindsNone()
        => Assert.AreEqual(0, Outliers.Find([1, 1, 1, 1.05, 1], 1.1).Places.Count);

    [TestMethod]
    public void Find_WidelySpreadValues_FindsOnlyTheFarOne()
    {
        // Logarithms to base 2: 0 0.5 1 1.5 2 and 9; median 1.25, deviation 0.75, so the limit is 3.9 either way.
        var values = new[] { 0, 0.5, 1, 1.5, 2, 9 }.Select(exponent => Math.Pow(2, exponent)).ToArray();
        var (places, median) = Outliers.Find(values, 1.1);
        CollectionAssert.AreEqual(new[] { 5 }, places.ToArray());
        Assert.AreEqual(Math.Pow(2, 1.25), median, 1e-9);
    }

    [TestMethod]
    public void Find_NoValues_FindsNone() => Assert.AreEqual(0, Outliers.Find([], 1.1).Places.Count);
}
