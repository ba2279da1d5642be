using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats;

/// <summary>Pictures that are written are read back: each format, each voxel type and number of channels that it has.</summary>
[TestClass]
public sealed class ImageRoundTripTests
{
    private static readonly (string Ending, VoxelType[] Types, int[] Channels, int Slices)[] Limits =
    [
        (".png", [VoxelType.UInt8, VoxelType.UInt16], [1, 2, 3, 4], 1),
        (".bmp", [VoxelType.UInt8], [1, 3, 4], 1),
        (".tif", Enum.GetValues<VoxelType>(), [1, 2, 3, 4, 5], 3),
    ];

    public static IEnumerable<object[]> Cases =>
        from format in Limits
        from type in format.Types
        from channels in format.Channels
        select new object[] { format.Ending, type, channels, format.Slices };

    public static IEnumerable<object[]> Endings => Limits.Select(format => new object[] { format.Ending });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Open_OfWhatSaveWrote_GivesTheSamePixelsAndSpacing(string ending, VoxelType type, int channels, int slices)
    {
        foreach (var compress in new[] { true, false })
        {
            var volume = FormatSamples.Picture(type, new(channels, slices, 17, 43), seed: channels);
            using var stream = new MemoryStream();

            VolumeFormats.Save(volume, stream, ending, new VolumeWriteOptions { Compress = compress });
            stream.Position = 0;
            var back = VolumeFormats.Open(VolumeSource.FromStream(stream));

            Assert.AreEqual((volume.Shape, type), (back.Shape, back.VoxelType));
            Assert.IsTrue(volume.Bytes.SequenceEqual(back.Bytes));
            Assert.IsTrue(volume.Geometry.LargestDifference(back.Geometry, volume.Shape) < 1e-4, $"{back.Geometry}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Endings))]
    public void Save_OfPictureWithoutSpacing_GivesOneMillimetre(string ending)
    {
        using var stream = new MemoryStream();
        VolumeFormats.Save(Volume.Create(new byte[6], new(1, 1, 2, 3)), stream, ending);
        stream.Position = 0;

        Assert.AreEqual(new Vector3D(1, 1, 1), VolumeFormats.Open(VolumeSource.FromStream(stream)).Geometry.Spacing);
    }

    [TestMethod]
    [DynamicData(nameof(Endings))]
    public void Save_OfWhatTheFormatCannotHold_IsRefusedWithARemedy(string ending)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "picture" + ending);
        var limits = Limits.Single(format => format.Ending == ending);
        var wrong = Enum.GetValues<VoxelType>().Except(limits.Types).Select(type => FormatSamples.Picture(type, new(1, 1, 2, 3)))
            .Append(FormatSamples.Picture(limits.Types[0], new(70000, 1, 1, 1)))
            .Concat(limits.Slices == 1 ? [FormatSamples.Picture(limits.Types[0], new(1, 2, 2, 3))] : []);

        foreach (var volume in wrong)
        {
            var fault = Assert.ThrowsExactly<NotSupportedException>(() => VolumeFormats.Save(volume, path));

            StringAssert.Contains(fault.Message, ".nii.gz");
            Assert.IsFalse(File.Exists(path));
        }
    }

    [TestMethod]
    public void Limits_NameEveryPictureFormatThatWrites() =>
        CollectionAssert.IsSubsetOf(
            VolumeFormats.All.Where(f => f.IsImage && f.CanWrite).Select(f => f.Extensions[0]).ToArray(),
            Limits.Select(f => f.Ending).ToArray()
        );
}
