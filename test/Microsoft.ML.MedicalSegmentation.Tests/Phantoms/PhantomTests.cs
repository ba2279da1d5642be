namespace Microsoft.ML.MedicalSegmentation.Phantoms;

[TestClass]
public class PhantomTests
{
    [TestMethod]
    public void Create_SameSeed_GivesTheSameVoxels()
    {
        var (image, labels) = Phantom.Create(7);
        var (imageAgain, labelsAgain) = Phantom.Create(7);

        Assert.IsTrue(image.Bytes.SequenceEqual(imageAgain.Bytes));
        Assert.IsTrue(labels.Voxels.Bytes.SequenceEqual(labelsAgain.Voxels.Bytes));
        Assert.IsFalse(image.Bytes.SequenceEqual(Phantom.Create(8).Image.Bytes));
    }

    [TestMethod]
    public void Create_NoNoise_GivesEachClassItsIntensity()
    {
        var (image, labels) = Phantom.Create(3, new PhantomOptions { Noise = 0 });

        for (var i = 0; i < image.Voxels.Length; i++)
        {
            Assert.AreEqual((float)labels.Voxels.Bytes[i], image.Voxels[i], "Background is 0, body 1, core 2.");
        }

        CollectionAssert.AreEqual(new[] { "background", "body", "core" }, labels.Classes.Select(c => c.Name).ToArray());
    }

    [TestMethod]
    public void Create_OneBall_HasTheVolumeOfTheBall()
    {
        var options = new PhantomOptions
        {
            Shape = new(1, 40, 64, 64),
            Spacing = new(0.5, 0.5, 1.2),
            Variation = 0,
            Structures = [new("ball", 0.3, 1)],
        };
        var labels = Phantom.Create(11, options).Labels;

        // The smallest extent is 64 x 0.5 = 32 mm, so the radius is 9.6 mm.
        var expected = 4 * Math.PI / 3 * Math.Pow(9.6, 3);
        var measured = labels.CountValues()[1] * labels.Geometry.VoxelVolume;
        Assert.AreEqual(expected, measured, 0.03 * expected);
        Assert.AreEqual(new Vector3D(0.5, 0.5, 1.2), labels.Geometry.Spacing);
    }

    [TestMethod]
    public void Create_Apart_HidesNoPartOfAStructure()
    {
        var options = new PhantomOptions { Apart = true, Structures = [new("first", 0.25, 1), new("second", 0.2, 2)] };
        foreach (var seed in Enumerable.Range(0, 20))
        {
            var (first, second) = (Centroid(seed, 1), Centroid(seed, 2));
            Assert.IsTrue((first - second).Length > 0.45 * 0.8 * 32, $"seed {seed}");
        }

        options.Structures = [new("first", 0.45, 1), new("second", 0.45, 2)];
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Phantom.Create(1, options)).Message, "Make them smaller");

        Vector3D Centroid(int seed, byte value)
        {
            var voxels = Phantom.Create(seed, options).Labels.Voxels.Bytes;
            var (sum, count) = (new Vector3D(0, 0, 0), 0);
            for (var i = 0; i < voxels.Length; i++)
            {
                (sum, count) = voxels[i] == value ? (sum + new Vector3D(i % 32, i / 32 % 32, i / 1024), count + 1) : (sum, count);
            }

            return sum * (1.0 / count);
        }
    }

    [TestMethod]
    public void Create_DepthOfOne_GivesAnImageWithStructures()
    {
        var labels = Phantom.Create(5, new PhantomOptions { Shape = new(1, 1, 48, 48) }).Labels;

        Assert.IsTrue(labels.Shape.IsImage);
        Assert.IsTrue(labels.CountValues()[1] > 0);
    }

    [TestMethod]
    public void Create_SeveralFaults_AreListedTogether()
    {
        var options = new PhantomOptions { Shape = new(2, 4, 4, 4), Noise = -1, Structures = [new("huge", 0.7, 1)] };

        var error = Assert.ThrowsExactly<ArgumentException>(() => Phantom.Create(1, options));

        StringAssert.Contains(error.Message, "4 x 4 x 4");
        StringAssert.Contains(error.Message, "Noise is -1");
        StringAssert.Contains(error.Message, "'huge' is 0.7");
    }
}
