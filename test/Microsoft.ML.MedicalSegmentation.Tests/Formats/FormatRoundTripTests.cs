namespace Microsoft.ML.MedicalSegmentation.Formats;

/// <summary>What is written is read back: each format and ending, each voxel type, at random places in the patient.</summary>
[TestClass]
public sealed class FormatRoundTripTests
{
    // Half a single-precision step at 1000 mm, where NIfTI-1 keeps positions, is 0.00003 mm.
    private const double LargestShift = 1e-4;

    private const int Affines = 6;

    public static IEnumerable<object[]> Cases
        => from ending in FormatSamples.VolumeEndings from type in Enum.GetValues<VoxelType>() select new object[] { ending, type };

    public static IEnumerable<object[]> EndingCases => from ending in FormatSamples.VolumeEndings select new object[] { ending };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Open_OfWhatSaveWrote_GivesTheSameVoxelsAndPositions(string ending, VoxelType type)
    {
        using var folder = new TemporaryFolder();
        for (var seed = 0; seed < Affines; seed++)
        {
            var shape = new VolumeShape(1 + (seed % 3), 5, 1 + (7 * seed), 43);
            var volume = RandomVolumes.Create(type, shape, seed);
            var path = Path.Combine(folder.Path, $"volume{seed}{ending}");

            VolumeFormats.Save(volume, path, new VolumeWriteOptions { Compress = seed % 2 == 0 });
            var back = VolumeFormats.Open(path);

            Assert.AreEqual(volume.Shape, back.Shape);
            Assert.AreEqual(type, back.VoxelType);
            Assert.IsTrue(back.Scaling.IsIdentity);
            Assert.IsTrue(volume.Bytes.SequenceEqual(back.Bytes), $"Voxels differ at seed {seed}.");
            var shift = volume.Geometry.LargestDifference(back.Geometry, shape);
            Assert.IsTrue(shift <= LargestShift, $"A corner moved by {shift} mm at seed {seed}.");
            Assert.AreEqual(volume.Geometry.OrientationCode, back.Geometry.OrientationCode);
        }
    }

    [TestMethod]
    [DynamicData(nameof(EndingCases))]
    public void Open_OfRewrittenFile_GivesTheSameAgain(string ending)
    {
        using var folder = new TemporaryFolder();
        var (first, second) = (Path.Combine(folder.Path, "first" + ending), Path.Combine(folder.Path, "second" + ending));
        VolumeFormats.Save(RandomVolumes.Create(VoxelType.Int16, new(4, 3, 5, 6), seed: 3), first);
        var volume = VolumeFormats.Open(first);

        VolumeFormats.Save(volume, second);
        var back = VolumeFormats.Open(second);

        Assert.AreEqual(volume.Geometry, back.Geometry);
        Assert.IsTrue(volume.Bytes.SequenceEqual(back.Bytes));
    }

    [TestMethod]
    [DynamicData(nameof(EndingCases))]
    public void Save_OfScaledVoxels_KeepsTheirValues(string ending)
    {
        using var folder = new TemporaryFolder();
        foreach (
            var (scaling, type) in new[]
            {
                (new VoxelScaling(0.35, 6.5), VoxelType.UInt8),
                (new(1, -1024), VoxelType.UInt16),
                (new(2, 1), VoxelType.Int32),
                (new(0.25, 0), VoxelType.Float64),
            }
        )
        {
            var volume = RandomVolumes.Create(type, new(2, 3, 4, 5), seed: 7, scaling);
            var path = Path.Combine(folder.Path, "scaled" + ending);

            VolumeFormats.Save(volume, path);
            var back = VolumeFormats.Open(path);

            var (expected, found) = (VolumeStatistics.Of(volume), VolumeStatistics.Of(back));
            Assert.AreEqual(expected.Minimum, found.Minimum, Math.Abs(expected.Minimum) * 1e-6);
            Assert.AreEqual(expected.Maximum, found.Maximum, Math.Abs(expected.Maximum) * 1e-6);
            Assert.AreEqual(volume.GetValue(1, 2, 3, 4), back.GetValue(1, 2, 3, 4), Math.Abs(volume.GetValue(1, 2, 3, 4)) * 1e-6);
        }
    }

    [TestMethod]
    [DynamicData(nameof(EndingCases))]
    public void Save_OfOneChannelOfSeveral_WritesThatChannel(string ending)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "all" + ending);
        VolumeFormats.Save(RandomVolumes.Create(VoxelType.UInt8, new(3, 2, 3, 4), seed: 5), path);
        var channel = VolumeFormats.Open(path).Channel(1);

        VolumeFormats.Save(channel, path);
        var back = VolumeFormats.Open(path);

        Assert.AreEqual(1, back.Shape.Channels);
        Assert.IsTrue(channel.Bytes.SequenceEqual(back.Bytes));
    }
}
