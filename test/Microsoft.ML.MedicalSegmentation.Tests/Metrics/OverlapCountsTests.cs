namespace Microsoft.ML.MedicalSegmentation.Metrics;

[TestClass]
public sealed class OverlapCountsTests
{
    [TestMethod]
    public void DiceAndIoU_OfThreeQuartersOverlap_FollowTheirDefinitions()
    {
        var counts = new OverlapCounts(12, 4, 4);

        Assert.AreEqual(0.75, counts.Dice(), 1e-15);
        Assert.AreEqual(0.6, counts.IoU(), 1e-15);
        Assert.AreEqual(counts.Dice() / (2 - counts.Dice()), counts.IoU(), 1e-15);
    }

    [TestMethod]
    [DataRow(EmptyPolicy.Nan, double.NaN)]
    [DataRow(EmptyPolicy.One, 1.0)]
    [DataRow(EmptyPolicy.Zero, 0.0)]
    public void DiceAndIoU_OfTwoEmptyMasks_FollowThePolicy(EmptyPolicy policy, double expected)
    {
        Assert.AreEqual(expected, default(OverlapCounts).Dice(policy));
        Assert.AreEqual(expected, default(OverlapCounts).IoU(policy));
    }

    [TestMethod]
    [DataRow(EmptyPolicy.Nan)]
    [DataRow(EmptyPolicy.One)]
    [DataRow(EmptyPolicy.Zero)]
    public void DiceAndIoU_OfOneEmptyMask_AreZeroUnderEveryPolicy(EmptyPolicy policy)
    {
        Assert.AreEqual(0, new OverlapCounts(0, 5, 0).Dice(policy));
        Assert.AreEqual(0, new OverlapCounts(0, 0, 5).Dice(policy));
        Assert.AreEqual(0, new OverlapCounts(0, 0, 5).IoU(policy));
    }

    [TestMethod]
    public void Sum_OfSlices_PoolsTheCounts()
        => Assert.AreEqual(new OverlapCounts(4, 6, 8), new OverlapCounts(1, 2, 3) + new OverlapCounts(3, 4, 5));

    [TestMethod]
    public void Dice_WithUnknownPolicy_Throws()
        => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => default(OverlapCounts).Dice((EmptyPolicy)7));
}
