using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

[TestClass]
public class AugmentationTests
{
    [TestMethod]
    [DataRow(VolumeAxes.Width, new[] { 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10 })]
    [DataRow(VolumeAxes.Height, new[] { 4, 5, 2, 3, 0, 1, 10, 11, 8, 9, 6, 7 })]
    [DataRow(VolumeAxes.Depth, new[] { 6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5 })]
    public void Mirror_OneAxis_ReversesThatAxisInEveryChannel(VolumeAxes axis, int[] expected)
    {
        var voxels = Enumerable.Range(0, 24).ToArray();

        MirrorAugmentation.Mirror<int>(axis, new(2, 2, 3, 2), voxels);

        CollectionAssert.AreEqual(expected.Concat(expected.Select(i => i + 12)).ToArray(), voxels);
    }

    [TestMethod]
    public void Mirror_BothSides_HappenAboutHalfTheTime()
    {
        var mirrored = Enumerable.Range(0, 1000).Count(seed =>
        {
            float[] image = [1, 2];
            long[] labels = [1, 2];
            MirrorAugmentation.Apply(VolumeAxes.Width, new(1, 1, 1, 2), new RandomStream(seed), image, labels);
            Assert.AreEqual(image[0], labels[0], "Image and labels are mirrored together.");
            return image[0] == 2;
        });

        Assert.AreEqual(500, mirrored, 60);
    }

    [TestMethod]
    public void SpatialRead_QuarterTurn_MovesEveryVoxelExactly()
    {
        const int Side = 6;
        var voxels = Enumerable.Range(0, Side * Side).Select(i => (float)i).ToArray();
        var labels = LabelVolume.Create([.. Enumerable.Range(0, Side * Side).Select(i => (byte)(i % 2))], new(1, 1, Side, Side));
        var classes = new ClassMap([new(0, "even"), new(1, "odd")]);
        var source = new TrainingCase(0, Volume.Create(voxels, new(1, 1, Side, Side)), labels, ForegroundIndex.Build(labels, classes));
        var quarterTurn = new AffineTransform(new(0, 1, 0), new(-1, 0, 0), new(0, 0, 1), default);
        var image = new float[Side * Side];
        var indices = new long[Side * Side];

        SpatialAugmentation.Read(source, classes, new PaddedBox(0, 0, 0, 1, Side, Side), quarterTurn, image, indices);

        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                // About the centre 2.5: (x, y) is read from (5 - y, x).
                var from = (x * Side) + Side - 1 - y;
                Assert.AreEqual(voxels[from], image[(y * Side) + x], 1e-4f);
                Assert.AreEqual(from % 2, indices[(y * Side) + x]);
            }
        }
    }

    [TestMethod]
    public void SpatialRead_Scaling_ScalesVolumesOfStructures()
    {
        var (image, labels) = Phantom.Create(2, new PhantomOptions { Shape = new(1, 40, 40, 40), Structures = [new("ball", 0.2, 1)], Variation = 0, Noise = 0 });
        var classes = new ClassMap(labels.Classes);
        var source = new TrainingCase(0, image, labels, ForegroundIndex.Build(labels, classes));
        var map = new AffineTransform(new(0.8, 0, 0), new(0, 0.8, 0), new(0, 0, 0.8), default);
        var (voxels, indices) = (new float[48 * 48 * 48], new long[48 * 48 * 48]);

        SpatialAugmentation.Read(source, classes, new PaddedBox(-4, -4, -4, 48, 48, 48), map, voxels, indices);

        // A step of 0.8 source voxels per patch voxel: structures appear 1.25 times larger.
        var expected = labels.CountValues()[1] * Math.Pow(1.25, 3);
        Assert.AreEqual(expected, indices.Count(i => i == 1), 0.05 * expected);
        Assert.AreEqual(expected, voxels.Sum(), 0.05 * expected);
    }

    [TestMethod]
    public void SpatialDraw_Image_TurnsAboutTheDepthAxisOnly()
    {
        var options = new AugmentationOptions { Rotation = 180, Scaling = 0.2 };

        for (var seed = 0; seed < 20; seed++)
        {
            var map = SpatialAugmentation.Draw(options, isImage: true, new RandomStream(seed));
            Assert.AreEqual(new Vector3D(0, 0, 1), map.C);
            Assert.AreEqual(0, map.A.Z);
            Assert.IsTrue(map.A.Length is >= 1 / 1.2000001 and <= 1.2000001, $"{map.A.Length}");
        }
    }

    [TestMethod]
    public void Contrast_Factor_KeepsTheMean()
    {
        float[] voxels = [1, 2, 6];

        IntensityAugmentation.ChangeContrast(voxels, 0.5f);

        CollectionAssert.AreEqual(new[] { 2, 2.5f, 4.5f }, voxels);
    }

    [TestMethod]
    public void Gamma_Power_KeepsTheExtremes()
    {
        float[] voxels = [-1, 0, 1];

        IntensityAugmentation.ChangeGamma(voxels, 2);

        Assert.AreEqual(-1, voxels[0], 1e-6f);
        Assert.AreEqual(-0.5f, voxels[1], 1e-6f);
        Assert.AreEqual(1, voxels[2], 1e-6f);
    }

    [TestMethod]
    public void Gamma_ConstantPatch_StaysAsItIs()
    {
        float[] voxels = [3, 3, 3];

        IntensityAugmentation.ChangeGamma(voxels, 1.5f);

        CollectionAssert.AreEqual(new[] { 3f, 3, 3 }, voxels);
    }
}
