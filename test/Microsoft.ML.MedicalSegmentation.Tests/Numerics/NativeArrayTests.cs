namespace Microsoft.ML.MedicalSegmentation.Numerics;

[TestClass]
public sealed class NativeArrayTests
{
    [TestMethod]
    public void AsSpan_GivesWhatIsThere_AndNothingElse()
    {
        using var array = new NativeArray<double>(10, clear: true);
        Assert.IsFalse(array.AsSpan(0, 10).ContainsAnyExcept(0.0));
        array.AsSpan(7, 3).Fill(2);
        Assert.AreEqual(6.0, array.AsSpan(5, 5).ToArray().Sum());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => array.AsSpan(8, 3).Clear());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => array.AsSpan(-1, 3).Clear());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => array.AsSpan(1, -1).Clear());
        array.Dispose();
        array.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => array.AsSpan(0, 1).Clear());
    }
}
