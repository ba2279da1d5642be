using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats;

/// <summary>What every format promises.</summary>
[TestClass]
public sealed class FormatContractTests
{
    public static IEnumerable<object[]> Endings => FormatSamples.Endings.Select(e => new object[] { e });

    public static IEnumerable<object[]> AllEndings => FormatSamples.AllEndings.Select(e => new object[] { e });

    [TestMethod]
    [DynamicData(nameof(Endings))]
    public void Open_OfFileNamedOtherwise_GoesByContent(string ending)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "renamed.xyz");
        File.WriteAllBytes(path, FormatSamples.File(ending));

        Assert.AreEqual(FormatSamples.Small(ending).Shape, VolumeFormats.Open(path).Shape);
    }

    [TestMethod]
    [DynamicData(nameof(Endings))]
    public void Open_OfStream_EqualsFileAndLeavesTheStreamOpen(string ending)
    {
        var volume = FormatSamples.Small(ending);
        using var stream = new MemoryStream();
        stream.Write([1, 2, 3]);
        VolumeFormats.Save(volume, stream, ending);
        stream.Position = 3;

        var back = VolumeFormats.Open(VolumeSource.FromStream(stream, "a stream"));

        Assert.IsTrue(stream.CanRead);
        Assert.IsTrue(volume.Bytes.SequenceEqual(back.Bytes));
        Assert.IsTrue(volume.Geometry.LargestDifference(back.Geometry, volume.Shape) < 1e-4);
    }

    [TestMethod]
    [DynamicData(nameof(Endings))]
    public void Open_OfFileCutShort_IsRefusedWhereverItIsCut(string ending)
    {
        foreach (var compress in new[] { false, true })
        {
            var whole = FormatSamples.File(ending, compress);
            for (var length = 0; length < whole.Length; length++)
            {
                var source = VolumeSource.FromStream(new MemoryStream(whole, 0, length), "cut");
                try
                {
                    // The end mark and checksum of packed data may be cut without loss of a voxel; then the volume must be whole.
                    Assert.IsTrue(FormatSamples.Small(ending).Bytes.SequenceEqual(VolumeFormats.Open(source).Bytes), $"Cut at {length}.");
                    Assert.IsTrue(length > whole.Length - 24, $"Cut at {length} of {whole.Length}, but not refused.");
                }
                catch (VolumeFormatException fault)
                {
                    Assert.AreEqual("cut", fault.FileName);
                }
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Endings))]
    public void ReadHeader_OfFileCutInItsHeader_IsRefused(string ending)
    {
        // Where the header of a picture ends, the tests of its format know.
        var whole = FormatSamples.File(ending, compress: false);
        if (whole[0] == 0x1F || VolumeFormats.Find(VolumeSource.FromStream(new MemoryStream(whole))).IsImage)
        {
            return;
        }

        // The header of a MetaImage ends in the name of the data file, and "LOC" is a name as good as "LOCAL".
        var header = whole.Length - (int)FormatSamples.Small(ending).SizeInBytes - (ending == ".mha" ? "LOCAL\n".Length : 0);
        for (var length = 0; length < header; length++)
        {
            var source = VolumeSource.FromStream(new MemoryStream(whole, 0, length), "cut");
            Assert.ThrowsExactly<VolumeFormatException>(
                () => VolumeFormats.Find(source).ReadHeader(source),
                $"Cut at {length} of {header}."
            );
        }
    }

    [TestMethod]
    [DynamicData(nameof(AllEndings))]
    public void Open_OfRegion_EqualsTheSameSliceOfTheWhole(string ending)
    {
        using var folder = new TemporaryFolder();
        foreach (var compress in new[] { false, true })
        {
            var path = Path.Combine(folder.Path, $"whole{compress}{ending}");
            VolumeFormats.Save(FormatSamples.Small(ending), path, new VolumeWriteOptions { Compress = compress });
            var whole = VolumeFormats.Open(path);
            var shape = whole.Shape;
            foreach (
                var block in new VolumeRegion[]
                {
                    new(1, 2, 1, 3, 2, 2),
                    new(0, 1, 1, 6, 3, 2),
                    new(0, 0, 2, 6, 5, 2),
                    new(5, 4, 3, 1, 1, 1),
                    VolumeRegion.All(shape),
                }
            )
            {
                var region = shape.IsImage ? block with { Z = 0, Depth = 1 } : block;
                AssertSlice(whole, VolumeFormats.Open(path, region), region);
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Endings))]
    public void Open_OfRegionOutside_BlamesTheCaller(string ending)
    {
        var source = VolumeSource.FromStream(new MemoryStream(FormatSamples.File(ending)));

        var fault = Assert.ThrowsExactly<ArgumentException>(() => VolumeFormats.Open(source, new VolumeRegion(3, 0, 0, 4, 1, 1)));

        StringAssert.Contains(fault.Message, FormatSamples.Small(ending).Shape.ToString());
    }

    [TestMethod]
    [DynamicData(nameof(Endings))]
    public void ReadHeader_SaysWhatReadGives(string ending)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "volume" + ending);
        File.WriteAllBytes(path, FormatSamples.File(ending));

        var (header, volume) = (VolumeFormats.ReadHeader(path), VolumeFormats.Open(path));

        Assert.AreEqual((volume.Shape, volume.VoxelType, volume.Scaling), (header.Shape, header.VoxelType, header.Scaling));
        Assert.AreEqual(volume.Geometry, header.Geometry);
        Assert.AreNotEqual(0, header.Fields.Count);
    }

    [TestMethod]
    [DynamicData(nameof(Endings))]
    public void Write_WithAnyNumberOfThreads_GivesTheSameBytes(string ending)
    {
        var volume = FormatSamples.Large(ending);
        byte[] Write(int threads)
        {
            using var stream = new MemoryStream();
            VolumeFormats.Save(volume, stream, ending, new VolumeWriteOptions { MaximumThreads = threads });
            return stream.ToArray();
        }

        Assert.IsTrue(Write(1).AsSpan().SequenceEqual(Write(4)));
    }

    [TestMethod]
    public void Formats_HaveNamesOfTheirOwnAndEndingsWithDots()
    {
        Assert.AreEqual(VolumeFormats.All.Count, VolumeFormats.All.Select(f => f.Name).Distinct().Count());
        Assert.IsTrue(VolumeFormats.All.SelectMany(f => f.Extensions).All(e => e.StartsWith('.')));
    }

    private static void AssertSlice(Volume whole, Volume part, VolumeRegion region)
    {
        Assert.AreEqual(new VolumeShape(whole.Shape.Channels, region.Depth, region.Height, region.Width), part.Shape);
        for (var c = 0; c < part.Shape.Channels; c++)
        {
            for (var z = 0; z < region.Depth; z++)
            {
                for (var y = 0; y < region.Height; y++)
                {
                    for (var x = 0; x < region.Width; x++)
                    {
                        Assert.AreEqual(whole.GetValue(c, region.Z + z, region.Y + y, region.X + x), part.GetValue(c, z, y, x));
                    }
                }
            }
        }

        var shift = (part.Geometry.Origin - whole.Geometry.IndexToWorld.Apply(new(region.X, region.Y, region.Z))).Length;
        Assert.IsTrue(shift < 1e-9, $"The block's first voxel lies {shift} mm off.");
    }
}
