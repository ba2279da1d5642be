namespace Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

[TestClass]
public sealed class SlidingWindowTests
{
    // Those of nnU-Net v2's compute_steps_for_sliding_window.
    [TestMethod]
    [DataRow(110, 64, 0.5, new[] { 0, 23, 46 })]
    [DataRow(64, 64, 0.5, new[] { 0 })]
    [DataRow(65, 64, 0.5, new[] { 0, 1 })]
    [DataRow(96, 64, 0.5, new[] { 0, 32 })]
    [DataRow(97, 64, 0.5, new[] { 0, 16, 33 })]
    [DataRow(128, 64, 0.5, new[] { 0, 32, 64 })]
    [DataRow(128, 64, 0.0, new[] { 0, 64 })]
    [DataRow(100, 10, 0.9, null)]
    [DataRow(5, 1, 0.5, new[] { 0, 1, 2, 3, 4 })]
    [DataRow(60, 64, 0.5, new[] { -2 })]
    [DataRow(61, 64, 0.5, new[] { -1 })]
    [DataRow(1, 64, 0.5, new[] { -31 })]
    public void Positions_OfSizeAndPatch_AreEvenlySpread(int size, int patch, double overlap, int[]? expected)
        => CollectionAssert.AreEqual(expected ?? [.. Enumerable.Range(0, 91)], SlidingWindow.Positions(size, patch, overlap).ToArray());

    [TestMethod]
    public void Positions_OfAnySize_CoverEveryVoxelAndStayInside()
    {
        foreach (var overlap in new[] { 0, 0.25, 0.5, 0.8 })
        {
            for (var size = 1; size < 90; size++)
            {
                for (var patch = 1; patch < 40; patch++)
                {
                    var positions = SlidingWindow.Positions(size, patch, overlap);
                    Assert.IsTrue(positions[0] <= 0 && positions[^1] + patch >= size, $"{size}, {patch}, {overlap}");
                    Assert.IsTrue(size < patch || (positions[0] == 0 && positions[^1] + patch == size), $"{size}, {patch}, {overlap}");
                    Assert.IsTrue(
                        positions.Zip(positions.Skip(1)).All(p => p.Second > p.First && p.Second - p.First <= patch),
                        $"{size}, {patch}, {overlap}"
                    );
                }
            }
        }
    }

    [TestMethod]
    [DataRow(-0.1)]
    [DataRow(0.95)]
    [DataRow(double.NaN)]
    public void Positions_ImpossibleOverlap_SaysTheRange(double overlap)
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SlidingWindow.Positions(100, 10, overlap));

        StringAssert.Contains(error.Message, "0 to 0.9");
    }

    [TestMethod]
    public void TileCount_OfVolume_IsTheProductOfItsAxes()
        => Assert.AreEqual(3 * 2 * 1, new SlidingWindow(new(1, 110, 96, 20), new(1, 64, 64, 64)).TileCount);
}
