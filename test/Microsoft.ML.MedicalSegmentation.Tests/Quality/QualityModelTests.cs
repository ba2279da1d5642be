using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Quality;

[TestClass]
public sealed class QualityModelTests
{
    private static readonly LabelClass[] Classes = [new(0, "background"), new(1, "bar")];
    private static readonly QualityModel Model = QualityModel.Fit(Enumerable.Range(0, 30).Select(seed => Measure(seed)));

    [TestMethod]
    public void Check_OfUsualCases_FlagsAboutAsManyAsChosen()
    {
        var flagged = Enumerable.Range(100, 100).Count(seed => Model.Check(Measure(seed)).LookAtIt);
        Assert.IsTrue(flagged is > 0 and < 25, $"{flagged} of 100");
        Assert.AreEqual(
            0,
            Enumerable.Range(100, 20).Count(seed => (Model with { FalseAlarms = 0.001 }).Check(Measure(seed)).PValue < 1 / 31.0)
        );
    }

    [TestMethod]
    [DataRow("empty", "")]
    [DataRow("specks", "bar")]
    [DataRow("doubtful", "doubt")]
    [DataRow("bright", "intensity")]
    public void Check_OfAStrangeCase_FlagsItAndNamesTheReason(string kind, string feature)
    {
        var flag = Model.Check(Measure(500, kind));

        Assert.IsTrue(flag.LookAtIt);
        StringAssert.Contains(flag.Feature, feature);
        Assert.AreEqual(1 / 31.0, flag.PValue, 1e-12);
    }

    [TestMethod]
    public void Check_WithoutDoubt_ComparesWithCalibrationWithoutDoubt()
        => Assert.IsFalse(Model.Check(Measure(2) with { MeanDoubt = null }).Feature == "doubt");

    [TestMethod]
    public void Fit_OfTooFewCases_Fails()
        => Assert.ThrowsExactly<ArgumentException>(() => QualityModel.Fit(Enumerable.Range(0, 4).Select(seed => Measure(seed))));

    [TestMethod]
    public void Check_OfOtherClasses_Fails() =>
        Assert.ThrowsExactly<ArgumentException>(() =>
            Model.Check(
                QualityFeatures.Of(
                    Volume.Create<float>(new float[8], new VolumeShape(1, 2, 2, 2)),
                    LabelVolume.Create(new byte[8], new(1, 2, 2, 2)),
                    [new(1, "other")]
                )
            )
        );

    private static QualityFeatures Measure(int seed, string kind = "")
    {
        var random = new RandomStream(seed);

        // Log-normal by Box and Muller: with tails, as scans have them.
        double Vary(double middle) =>
            middle * Math.Exp(0.2 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        var shape = new VolumeShape(1, 8, 10, 12);
        var (first, width, geometry) = (2, 5, VolumeGeometry.FromSpacing(Vary(1), 1, Vary(1)));
        var (voxels, labels, doubt) = (new float[960], new byte[960], new float[960]);
        var (level, certainty) = (Vary(1), Vary(0.1));
        for (var i = 0; i < voxels.Length; i++)
        {
            var isBar = i % 12 >= first && i % 12 < first + width;
            voxels[i] = (float)(level * ((isBar ? 100 : 20) + random.NextDouble(0, 10)) * (kind == "bright" ? 50 : 1));
            labels[i] =
                kind == "empty" ? (byte)0
                : kind == "specks" ? (byte)(i % 3 == 0 && i % 12 > 2 && i / 12 % 2 == 0 ? 1 : 0)
                : isBar ? (byte)1
                : (byte)0;
            doubt[i] =
                kind == "doubtful" ? 0.9f
                : isBar ? (float)certainty
                : 0;
        }

        return QualityFeatures.Of(
            Volume.Create(voxels, shape, geometry),
            LabelVolume.Create(labels, shape, geometry),
            Classes,
            Volume.Create(doubt, shape, geometry)
        );
    }
}
