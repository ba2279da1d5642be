namespace Microsoft.ML.MedicalSegmentation.Scoring.Exact;

[TestClass]
public class ExactSpanTests
{
    [TestMethod]
    public void Cover_EverySize_TakesEachVoxelOnceFromATileThatSeesEnough()
    {
        foreach (var (patch, reach, stride) in new[] { (32, 10, 4), (16, 0, 1), (24, 9, 2), (64, 30, 4), (40, 2, 20) })
        {
            for (var size = patch; size < 5 * patch; size++)
            {
                var filled = (size + stride - 1) / stride * stride;
                var taken = 0;
                foreach (var span in ExactSpan.Cover("width", size, patch, reach, stride))
                {
                    Assert.AreEqual(0, span.Start % stride);
                    Assert.AreEqual(taken, span.From);
                    Assert.IsGreaterThan(span.From, span.To);
                    Assert.IsTrue(span.Start == 0 || span.From - span.Start >= reach, $"{span} of {size}");
                    Assert.IsTrue(span.Start + patch == filled || span.Start + patch - span.To >= reach, $"{span} of {size}");
                    taken = span.To;
                }

                Assert.AreEqual(size, taken);
            }
        }
    }

    [TestMethod]
    [DataRow(20, 24, 4, 4, "smaller patch")]
    [DataRow(100, 24, 12, 4, "at least 28")]
    public void Cover_TilesThatCannotBeExact_AreRefusedWithWhatWouldFit(int size, int patch, int reach, int stride, string remedy)
    {
        var error = Assert.ThrowsExactly<InputDataException>(() => ExactSpan.Cover("height", size, patch, reach, stride));
        StringAssert.Contains(error.Message, remedy);
    }

    [TestMethod]
    public void Require_ModelThatDoesNotSay_IsRefused()
    {
        var info = new SegmentationModelInfo { Classes = [new(0, "background"), new(1, "one")], Patch = new(1, 8, 8, 8) };
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => ExactTiles.Require(info)).Message, "does not say how far");
    }

    [TestMethod]
    public void Require_PatchThatDoesNotFitTheStride_IsRefusedWhenTheModelIsLoaded()
    {
        var info = new SegmentationModelInfo
        {
            Classes = [new(0, "background"), new(1, "one")],
            Patch = new(1, 8, 30, 8),
            Reach = new() { Voxels = [1, 1, 1], Stride = [4, 4, 4] },
        };
        var error = Assert.ThrowsExactly<ArgumentException>(() => ExactTiles.Require(info));
        StringAssert.Contains(error.Message, "30 voxels along the height");
    }
}
