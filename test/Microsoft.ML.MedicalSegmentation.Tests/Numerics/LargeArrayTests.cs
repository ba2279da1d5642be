namespace Microsoft.ML.MedicalSegmentation.Numerics;

[TestClass]
public sealed class LargeArrayTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(1 << 21)]
    [DataRow((1 << 22) + 12345)]
    public void Allocate_AnyLength_GivesAnArrayThatKeepsWhatIsWritten(int length)
    {
        var (first, second) = (LargeArray.Allocate<int>(length), LargeArray.Allocate<int>(length));
        first.AsSpan().Fill(7);
        second.AsSpan().Fill(9);
        GC.Collect();

        Assert.HasCount(length, first);
        Assert.IsFalse(first.AsSpan().ContainsAnyExcept(7));
        Assert.IsFalse(second.AsSpan().ContainsAnyExcept(9));
    }
}
