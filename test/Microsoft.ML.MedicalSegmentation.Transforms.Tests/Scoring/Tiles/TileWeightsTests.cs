namespace Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

[TestClass]
public sealed class TileWeightsTests
{
    [TestMethod]
    public void Gaussian_OfSixtyFour_HasSigmaOfAnEighth()
    {
        var weights = TileWeights.Gaussian(64);

        Assert.AreEqual(1, weights[32]);
        Assert.AreEqual(Math.Exp(-0.5), weights[40], 1e-15);
        Assert.AreEqual(Math.Exp(-0.5), weights[24], 1e-15);
        Assert.AreEqual(Math.Exp(-8), weights[0], 1e-15);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(17)]
    [DataRow(160)]
    public void Gaussian_OfAnyCube_IsPositiveEverywhere(int side)
    {
        var weights = TileWeights.Gaussian(new VolumeShape(1, side, side, side));

        Assert.AreEqual(1f, weights.Max());
        Assert.IsTrue(weights.Min() >= MathF.Exp(-24) * 0.999f, $"{weights.Min()}");
    }

    [TestMethod]
    public void Gaussian_OfABox_MultipliesItsAxes()
    {
        var weights = TileWeights.Gaussian(new VolumeShape(1, 4, 6, 8));

        Assert.AreEqual(
            TileWeights.Gaussian(4)[3] * TileWeights.Gaussian(6)[1] * TileWeights.Gaussian(8)[5], weights[(((3 * 6) + 1) * 8) + 5], 1e-7);
    }

    [TestMethod]
    public void SumOverTiles_OfPaddedTile_CountsOnlyVoxelsOfTheVolume()
    {
        var sums = TileWeights.SumOverTiles(size: 3, patch: 8, positions: [-2]);

        CollectionAssert.AreEqual(TileWeights.Gaussian(8)[2..5], sums);
    }
}
