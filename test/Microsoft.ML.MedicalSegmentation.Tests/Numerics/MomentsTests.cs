namespace Microsoft.ML.MedicalSegmentation.Numerics;

[TestClass]
public sealed class MomentsTests
{
    [TestMethod]
    public void Of_Parts_IsThatOfTheWholeToTheLastBit()
    {
        var random = new Random(1);
        float[] values = [.. Enumerable.Range(0, 1001).Select(_ => (random.NextSingle() * 3000) - 1000)];
        var whole = Moments.Of(values);
        Assert.AreEqual(whole, Moments.Of(11, i => values.AsSpan(i * 91, 91)));
        Assert.AreEqual(whole, Moments.Of(1, _ => values));
    }
}
