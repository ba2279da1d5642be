using Microsoft.ML.MedicalSegmentation.Explanation;

namespace Microsoft.ML.MedicalSegmentation.Classification;

[TestClass]
[DoNotParallelize]
public class ClassificationExplainerTests
{
    [TestMethod]
    public void GradCam_OfALearntSquare_LooksAtIt()
    {
        var context = new MLContext(seed: 1);
        using var model = context
            .MedicalSegmentation()
            .Trainers.Classification(
                Squares.Options with
                {
                    Network = new ResNetOptions { Width = 8, AttentionBlock = "convolutional-block-attention" },
                }
            )
            .Fit(Squares.Data(context, 60));
        using var explainer = ClassificationExplainer.FromModel(model.Model, threads: 1);
        Assert.AreEqual("layer4.1.bn2", explainer.DefaultLayer);

        // How much of the maps lies on bright squares, against their share of the image.
        double Share(string? layer) => Squares.Rows(20, firstSeed: 501).Where(row => row.Label == Squares.Bright).Select(row =>
        {
            var map = explainer.GradCam(row.Image, Squares.Bright, layer).Values;
            Assert.AreEqual(row.Image.Shape, map.Shape);
            var bright = Enumerable.Range(0, 400).Where(i => row.Image.GetValue(0, 0, i / 20, i % 20) > 140).ToList();
            var all = Enumerable.Range(0, 400).Sum(i => map.GetValue(0, 0, i / 20, i % 20));
            return all > 0 ? bright.Sum(i => map.GetValue(0, 0, i / 20, i % 20)) / all / (bright.Count / 400.0) : 1;
        }).Average();

        // Features of a fifth of the image on a side, and coarser ones.
        Assert.IsGreaterThan(1.1, Share("layer3"));
        Assert.IsGreaterThan(1.05, Share(null));
        var maps = explainer.AttentionMaps(Squares.Rows(1).Single().Image, ["layer1*"]);
        Assert.HasCount(2, maps);
        StringAssert.Contains(maps[0].Name, "layer1.0.attention");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => explainer.GradCam(Squares.Rows(1).Single().Image, "cat")).Message,
            "bright, plain"
        );
        Assert.ThrowsExactly<ArgumentException>(() => explainer.AttentionMaps(Squares.Rows(1).Single().Image, ["gates*"]));
    }

    [TestMethod]
    public void Maps_OfAVolumeOfOtherAxes_LieOnItsGrid()
    {
        var context = new MLContext(seed: 1);
        using var model = context
            .MedicalSegmentation()
            .Trainers.Classification(Squares.Brief with { ImageSize = new(8, 10, 10) })
            .Fit(Squares.Data(context, 8, side: 12, depth: 10));
        using var explainer = ClassificationExplainer.FromModel(model.Model, threads: 1);
        var volume = Squares.Rows(1, side: 12, depth: 10).Single().Image;
        var turned = volume.Reorient("SLA");

        var (straight, other) = (
            explainer.GradCam(volume, Squares.Bright, "layer1").Values,
            explainer.GradCam(turned, Squares.Bright, "layer1").Values
        );

        Assert.AreEqual(turned.Shape, other.Shape);
        Assert.IsTrue(other.Geometry.Matches(turned.Geometry, turned.Shape));
        var back = other.Reorient("RAS").ToSingle();
        for (var i = 0; i < straight.Voxels.Length; i++)
        {
            Assert.AreEqual(straight.Voxels[i], back.Voxels[i], 1e-5f);
        }
    }
}
