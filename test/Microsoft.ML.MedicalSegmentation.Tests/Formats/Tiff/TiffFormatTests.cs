using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Png;


namespace Microsoft.ML.MedicalSegmentation.Formats.Tiff;

[TestClass]
public sealed class TiffFormatTests
{
    private const int Width = 37;
    private const int Height = 21;

    public static IEnumerable<object[]> Packings =>
        from compression in new[] { 1, 5, 8, 32773, 32946 }
        from bigEndian in new[] { false, true }
        select new object[] { compression, bigEndian };

    [TestMethod]
    [DynamicData(nameof(Packings))]
    public void Open_OfPackedStrips_GivesTheSamples(int compression, bool bigEndian)
    {
        foreach (var predictor in new[] { 1, 2 })
        {
            var volume = Open(Strips(compression, bigEndian, predictor));

            Assert.AreEqual((new VolumeShape(1, 1, Height, Width), VoxelType.UInt16), (volume.Shape, volume.VoxelType));
            AssertSamples(volume, 0xFFFF);
        }
    }

    [TestMethod]
    public void Open_OfTilesAndPlanes_GivesTheSamples()
    {
        var tiles = Enumerable.Range(0, 2 * 2 * 3).Select(i => Enumerable.Range(0, 16 * 32).Select(p =>
            (byte)Value((i % 2 * 32) + (p % 32), (i / 2 % 2 * 16) + (p / 32), i / 4)).ToArray()).ToArray();
        var file = new TiffBytes(bigEndian: false)
            .Page([.. Fields(8, 3, 2), (322, 3, [32]), (323, 3, [16]), (284, 3, [2])], isTiled: true, tiles).ToArray();

        AssertSamples(Open(file), 0xFF);
    }

    [TestMethod]
    public void Open_OfOneBit_GivesZeroAndOneWhicheverIsWhite()
    {
        foreach (var meaning in new[] { 0, 1 })
        {
            var rows = new byte[Height * 5];
            for (var i = 0; i < Width * Height; i++)
            {
                rows[(i / Width * 5) + (i % Width / 8)] |= (byte)(
                    ((Value(i % Width, i / Width, 0) & 1) ^ (1 - meaning)) << (7 - (i % Width % 8))
                );
            }

            AssertSamples(Open(new TiffBytes(true).Page(Fields(1, 1, meaning), false, rows).ToArray()), 1);
        }
    }

    [TestMethod]
    public void Open_OfPalette_GivesColoursOrNumbers()
    {
        var map = Enumerable.Range(0, 3 * 256).Select(i => (long)(i % 256 * 256 * (i / 256 == 0 ? 1 : 0))).ToArray();
        var file = new TiffBytes(false).Page([.. Fields(8, 1, 3), (320, 3, map)], false, Rows(1)).ToArray();

        Assert.AreEqual(3, Open(file).Shape.Channels);
        AssertSamples(Open(file).Channel(0), 0xFF);
        AssertSamples(Open(file, keepIndices: true), 0xFF);
    }

    [TestMethod]
    public void Open_OfImageJChannels_DealsPagesOut()
    {
        const string description = "ImageJ=1.53\nimages=6\nchannels=2\nslices=3\nhyperstack=true\nunit=micron\nspacing=250\n";
        var tiff = new TiffBytes(false);
        for (var page = 0; page < 6; page++)
        {
            var field = page == 0 ? [(270, 2, description.Select(c => (long)c).ToArray())] : Array.Empty<(int, int, long[])>();
            tiff.Page(
                [.. Fields(8, 1, 1), .. field, (282, 5, [1, 100]), (283, 5, [1, 50])],
                false,
                [.. Enumerable.Repeat((byte)page, Width * Height)]
            );
        }

        var volume = Open(tiff.ToArray());

        Assert.AreEqual(new VolumeShape(2, 3, Height, Width), volume.Shape);
        Assert.AreEqual(
            (0.0, 2.0, 1.0, 5.0),
            (volume.GetValue(0, 0, 0, 0), volume.GetValue(0, 1, 0, 0), volume.GetValue(1, 0, 0, 0), volume.GetValue(1, 2, 0, 0))
        );
        Assert.IsTrue((volume.Geometry.Spacing - new Vector3D(0.1, 0.05, 0.25)).Length < 1e-9, $"{volume.Geometry}");
    }

    [TestMethod]
    public void ReadHeader_OfPagesWithoutDistance_SaysSo()
    {
        var tiff = new TiffBytes(false).Page(Fields(8, 1, 1), false, Rows(1)).Page(Fields(8, 1, 1), false, Rows(1));

        var header = VolumeFormats.ReadHeader(VolumeSource.FromStream(new MemoryStream(tiff.ToArray())));

        Assert.AreEqual(2, header.Shape.Depth);
        Assert.IsTrue(header.Notes.Any(note => note.Contains("distance of slices", StringComparison.Ordinal)));
    }

    public static IEnumerable<object[]> Wrong
    {
        get
        {
            byte[] With(params (int, int, long[])[] changed) =>
                new TiffBytes(false)
                    .Page([.. Fields(8, 1, 1).Where(f => changed.All(c => c.Item1 != f.Item1)), .. changed], false, Rows(1))
                    .ToArray();
            yield return ["JPEG inside", With((259, 3, [7])), new[] { "Compression is 7", "LZW" }];
            yield return ["CMYK", With((262, 3, [5])), new[] { "PhotometricInterpretation is 5" }];
            yield return ["12 bits", With((258, 3, [12])), new[] { "BitsPerSample is 12" }];
            yield return ["an unknown orientation", With((274, 3, [9])), new[] { "Orientation is 9", "1 to 8" }];
            yield return ["no sizes", With((256, 3, [0]), (257, 3, [0])), new[] { "ImageWidth is 0", "ImageLength is 0" }];
            yield return ["too few strips", With((278, 3, [2])), new[] { "StripOffsets is 1", "11" }];
            yield return ["a size beyond the file", With((256, 4, [int.MaxValue]), (257, 4, [int.MaxValue])), new[] { "bytes of voxels" }];
            yield return
            [
                "pages that differ",
                new TiffBytes(false).Page(Fields(8, 1, 1), false, Rows(1)).Page(Fields(16, 1, 1), false, Rows(1, 2)).ToArray(),
                new[] { "page 2", "UInt16" },
            ];
            yield return ["an LZW code too early", With((259, 3, [5])), new[] { "TIFF data is damaged" }];
            yield return ["BigTIFF", new byte[] { 0x49, 0x49, 43, 0, 8, 0, 0, 0 }, new[] { "less than its header" }];
            yield return ["a directory outside", new byte[] { 0x49, 0x49, 42, 0, 99, 0, 0, 0 }, new[] { "outside the file" }];
        }
    }

    public static string Name(System.Reflection.MethodInfo method, object[] data) => $"{method.Name}: {data[0]}";

    [TestMethod]
    [DynamicData(nameof(Wrong), DynamicDataDisplayName = nameof(Name))]
    public void Open_OfWrongFile_IsRefusedWithItsFault(string kind, byte[] bytes, string[] words)
    {
        var fault = Assert.ThrowsExactly<VolumeFormatException>(
            () => VolumeFormats.Open(VolumeSource.FromStream(new MemoryStream(bytes), "wrong")),
            kind
        );

        StringAssert.StartsWith(fault.Message, "wrong: TIFF");
        Array.ForEach(words, word => StringAssert.Contains(fault.Message, word));
    }

    /// <summary>16-bit grey in strips of five rows.</summary>
    internal static byte[] Strips(int compression, bool bigEndian, int predictor)
    {
        var strips = Enumerable
            .Range(0, 5)
            .Select(strip =>
                Pack(
                    compression,
                    [
                        .. Enumerable
                            .Range(strip * 5, Math.Min(5, Height - (strip * 5)))
                            .SelectMany(y =>
                                Enumerable
                                    .Range(0, Width)
                                    .SelectMany(x =>
                                    {
                                        var value = Value(x, y, 0) - (predictor == 2 && x > 0 ? Value(x - 1, y, 0) : 0);
                                        return bigEndian ? new[] { (byte)(value >> 8), (byte)value } : [(byte)value, (byte)(value >> 8)];
                                    })
                            ),
                    ]
                )
            )
            .ToArray();
        return new TiffBytes(bigEndian)
            .Page(
                [.. Fields(16, 1, 1).Where(f => f.Tag != 259), (259, 3, [compression]), (278, 3, [5]), (317, 3, [predictor])],
                false,
                strips
            )
            .ToArray();
    }

    private static byte[] Pack(int compression, byte[] plain) =>
        compression switch
        {
            5 => TiffBytes.Lzw(plain),
            8 or 32946 => PngBytes.Deflate(plain),
            32773 => TiffBytes.PackBits(plain),
            _ => plain,
        };

    private static (int Tag, int Type, long[] Values)[] Fields(int bits, int samples, int meaning) =>
        [
            (256, 3, [Width]),
            (257, 3, [Height]),
            (258, 3, [.. Enumerable.Repeat((long)bits, samples)]),
            (259, 3, [1]),
            (262, 3, [meaning]),
            (277, 3, [samples]),
        ];

    private static byte[] Rows(int samples, int bytes = 1) =>
        [
            .. Enumerable
                .Range(0, Width * Height * samples * bytes)
                .Select(i => (byte)Value(i / samples % Width, i / samples / Width, i % samples)),
        ];

    private static int Value(int x, int y, int channel) => ((x * 37) + (y * 1019) + (channel * 97) + (x * y / 3)) & 0xFFFF;

    private static Volume Open(byte[] bytes, bool keepIndices = false)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "picture.tif");
        File.WriteAllBytes(path, bytes);
        return VolumeFormats.Open(path, null, new VolumeReadOptions { KeepStoredNumbers = keepIndices });
    }

    private static void AssertSamples(Volume volume, int mask)
    {
        for (var channel = 0; channel < volume.Shape.Channels; channel++)
        {
            for (var y = 0; y < Height; y++)
            {
                for (var x = 0; x < Width; x++)
                {
                    Assert.AreEqual(Value(x, y, channel) & mask, volume.GetValue(channel, 0, y, x), $"[{channel}, {y}, {x}]");
                }
            }
        }
    }
}
