using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Phantoms;

namespace Microsoft.ML.MedicalSegmentation.Data;

[TestClass]
public class PatchSamplerTests
{
    private static readonly ClassMap Classes = new([new(0, "background"), new(3, "left"), new(7, "right")]);

    [TestMethod]
    public void Draw_NoChanges_CopiesVoxelsAndMapsLabelsToIndices()
    {
        var source = Case(new(2, 6, 7, 8), (z, y, x) => z == 2 && y == 3 && x == 4 ? 7 : 0);
        var sampler = new PatchSampler(new(2, 6, 7, 8), Classes, foregroundFraction: 0, AugmentationPresets.None);
        var (image, labels) = Draw(sampler, source, seed: 1);

        CollectionAssert.AreEqual(((Volume<float>)source.Image).Voxels.ToArray(), image, "A patch of the volume's size is the volume.");
        Assert.AreEqual(2, labels[(((2 * 7) + 3) * 8) + 4], "Value 7 is class 2.");
        Assert.AreEqual(1, labels.Count(label => label != 0));
    }

    [TestMethod]
    public void Draw_PatchLargerThanVolume_HoldsTheWholeVolumeAndZerosAround()
    {
        var source = Case(new(1, 3, 4, 5), (_, _, _) => 3);
        var sampler = new PatchSampler(new(1, 8, 8, 8), Classes, 0.5, AugmentationPresets.None);
        for (var seed = 0; seed < 20; seed++)
        {
            var (image, labels) = Draw(sampler, source, seed);

            CollectionAssert.AreEqual(((Volume<float>)source.Image).Voxels.ToArray(), image.Where(v => v != 0).ToArray());
            Assert.AreEqual(60, labels.Count(label => label == 1));
            Assert.AreEqual(8 * 8 * 8 - 60, labels.Count(label => label == 0));
            for (var i = 0; i < image.Length; i++)
            {
                Assert.AreEqual(image[i] != 0, labels[i] != 0, "Image and labels are shifted alike.");
            }
        }
    }

    [TestMethod]
    public void Place_ManyDraws_ReachesEveryPlaceAndNothingOutside()
    {
        var source = Case(new(1, 6, 6, 9), (_, _, _) => 0);
        var sampler = new PatchSampler(new(1, 4, 6, 8), Classes, 1, AugmentationPresets.None);
        var places = Enumerable
            .Range(0, 200)
            .Select(seed => sampler.Place(source, new RandomStream(seed)))
            .Select(b => (b.Z, b.Y, b.X))
            .ToHashSet();

        CollectionAssert.AreEquivalent(
            new[] { (0, 0, 0), (0, 0, 1), (1, 0, 0), (1, 0, 1), (2, 0, 0), (2, 0, 1) }, places.ToArray());
    }

    [TestMethod]
    public void Place_ForegroundFraction_IsTheRateOfPatchesOnStructures()
    {
        // One voxel in a corner: a random patch seldom holds it.
        var source = Case(new(1, 40, 40, 40), (z, y, x) => (z, y, x) == (1, 38, 20) ? 3 : 0);
        var sampler = new PatchSampler(new(1, 8, 8, 8), Classes, foregroundFraction: 0.4, AugmentationPresets.None);
        var holds = Enumerable.Range(0, 2000).Count(seed =>
        {
            var box = sampler.Place(source, new RandomStream(seed));
            return box.Z <= 1 && box.Y <= 38 && 38 < box.Y + 8 && box.X <= 20 && 20 < box.X + 8;
        });

        Assert.AreEqual(0.4, holds / 2000.0, 0.03);
    }

    [TestMethod]
    public void Place_RareClass_IsDrawnAsOftenAsALargeOne()
    {
        var source = Case(new(1, 4, 40, 40), (z, y, x) => y < 20 ? 3 : (z, y, x) == (2, 39, 39) ? 7 : 0);
        var sampler = new PatchSampler(new(1, 2, 4, 4), Classes, 1, AugmentationPresets.None);
        var onRare = Enumerable.Range(0, 1000).Count(seed => sampler.Place(source, new RandomStream(seed)) is { Y: 36, X: 36 });

        Assert.AreEqual(500, onRare, 60);
    }

    [TestMethod]
    public void Draw_WithAllChanges_DependsOnTheSeedAlone()
    {
        var (image, labels) = Phantom.Create(1);
        var classes = new ClassMap(labels.Classes);
        var source = new TrainingCase(0, image, labels, ForegroundIndex.Build(labels, classes));
        var augmentation = AugmentationPresets.NnUNet(VolumeAxes.All).Select(step => step with { Probability = 1 }).ToList();
        PatchSampler NewSampler() => new(new(1, 16, 24, 16), classes, 0.5, augmentation);
        var reused = NewSampler();
        Draw(reused, source, seed: 3);

        var (first, firstLabels) = Draw(reused, source, seed: 9);
        var (second, secondLabels) = Task.Run(() => Draw(NewSampler(), source, seed: 9)).Result;

        CollectionAssert.AreEqual(first, second);
        CollectionAssert.AreEqual(firstLabels, secondLabels);
        CollectionAssert.AreNotEqual(first, Draw(reused, source, seed: 10).Image);
    }

    internal static (float[] Image, long[] Labels) Draw(PatchSampler sampler, TrainingCase source, int seed)
    {
        var image = new float[sampler.ImageCount];
        var labels = new long[sampler.LabelCount];
        image.AsSpan().Fill(float.NaN);
        labels.AsSpan().Fill(-99);
        sampler.Draw(source, new RandomStream(seed), image, labels);
        return (image, labels);
    }

    /// <summary>A case whose voxels are numbered from 1 on.</summary>
    private static TrainingCase Case(VolumeShape shape, Func<int, int, int, int> label)
    {
        var voxels = Enumerable.Range(1, (int)shape.Count).Select(i => (float)i).ToArray();
        var values = new byte[shape.ChannelCount];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (byte)label(i / shape.Width / shape.Height, i / shape.Width % shape.Height, i % shape.Width);
        }

        var labels = LabelVolume.Create(values, shape.WithChannels(1));
        return new TrainingCase(0, Volume.Create(voxels, shape), labels, ForegroundIndex.Build(labels, Classes));
    }
}
