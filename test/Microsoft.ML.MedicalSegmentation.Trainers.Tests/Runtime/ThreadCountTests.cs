using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Runtime;

[TestClass]
[DoNotParallelize]
public sealed class ThreadCountTests
{
    [TestMethod]
    public void Dispose_InAnyOrder_RestoresTheNumberBeforeTheFirst()
    {
        var before = get_num_threads();
        var first = new ThreadCount(before + 1);
        var second = new ThreadCount(before + 2);
        Assert.AreEqual(before + 2, get_num_threads());
        first.Dispose();
        first.Dispose();
        Assert.AreEqual(before + 2, get_num_threads());
        second.Dispose();
        Assert.AreEqual(before, get_num_threads());
    }
}
