namespace Microsoft.ML.MedicalSegmentation.Loading;

[TestClass]
public sealed class LargeChannelsTests
{
    [TestMethod]
    public void Stack_OfMoreThanTwoGibibytes_HoldsEveryVoxel()
    {
        // Zeros that nobody writes take no memory; the result takes 2 GiB for a moment.
        if (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes < 8L << 30)
        {
            Assert.Inconclusive("There are less than 8 GiB of memory.");
        }

        var shape = new VolumeShape(1, 129, 1024, 1024);
        Volume Channel(double last)
        {
            var voxels = new double[shape.Count];
            voxels[^1] = last;
            return Volume.Create(voxels, shape);
        }

        var stacked = ChannelStack.Stack([Channel(3), Channel(7)], ["a", "b"]);

        Assert.AreEqual(2L * 129 * 8 << 20, stacked.SizeInBytes);
        Assert.IsGreaterThan(int.MaxValue, stacked.SizeInBytes);
        Assert.AreEqual(3, stacked.GetValue(0, 128, 1023, 1023));
        Assert.AreEqual(7, stacked.GetValue(1, 128, 1023, 1023));
    }
}
