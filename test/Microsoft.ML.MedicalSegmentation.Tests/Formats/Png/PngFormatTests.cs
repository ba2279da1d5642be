using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Png;

[TestClass]
public sealed class PngFormatTests
{
    private const int Width = 21;
    private const int Height = 18;

    private static readonly (int ColorType, int[] Depths)[] Kinds =
    [
        (0, [1, 2, 4, 8, 16]),
        (2, [8, 16]),
        (3, [1, 2, 4, 8]),
        (4, [8, 16]),
        (6, [8, 16]),
    ];

    public static IEnumerable<object[]> EveryKind =>
        from kind in Kinds
        from depth in kind.Depths
        from interlaced in new[] { false, true }
        select new object[] { kind.ColorType, depth, interlaced };

    [TestMethod]
    [DynamicData(nameof(EveryKind))]
    public void Open_OfEveryKind_GivesTheStoredSamples(int colorType, int depth, bool interlaced)
    {
        var png = Make(colorType, depth, interlaced);

        var volume = Open(png, keepIndices: true);

        Assert.AreEqual(new VolumeShape(png.Channels, 1, Height, Width), volume.Shape);
        Assert.AreEqual(depth == 16 ? VoxelType.UInt16 : VoxelType.UInt8, volume.VoxelType);
        AssertSamples(volume, depth, 0, 0);
        AssertSamples(Open(png, keepIndices: true, new VolumeRegion(5, 7, 0, 9, 3, 1)), depth, 5, 7);
    }

    [TestMethod]
    public void Open_OfSizesSmallerThanAPass_GivesTheStoredSamples()
    {
        for (var width = 1; width <= 9; width++)
        {
            var volume = Open(new PngBytes(width, 3, 2, 0, interlaced: true, (x, y, c) => Value(x, y, c, 2)));

            Assert.AreEqual(width, volume.Shape.Width);
            AssertSamples(volume, 2, 0, 0);
        }
    }

    [TestMethod]
    public void Open_OfPalette_GivesColoursAndOpenLabelsTheirNumbers()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "labels.png");
        File.WriteAllBytes(path, new PngBytes(3, 1, 8, 3, false, (x, _, _) => x).With("PLTE", 1, 2, 3, 40, 50, 60, 7, 8, 9).ToArray());

        CollectionAssert.AreEqual(new byte[] { 1, 40, 7, 2, 50, 8, 3, 60, 9 }, VolumeFormats.Open(path).Bytes.ToArray());
        CollectionAssert.AreEqual(new byte[] { 0, 1, 2 }, VolumeFormats.OpenLabels(path).Voxels.Bytes.ToArray());
        Assert.AreEqual(3, VolumeFormats.ReadHeader(path).Shape.Channels);
    }

    [TestMethod]
    public void Open_OfPaletteWithOpacities_GivesFourChannels()
    {
        var png = new PngBytes(2, 1, 1, 3, false, (x, _, _) => x).With("PLTE", 1, 2, 3, 4, 5, 6).With("tRNS", 9);

        CollectionAssert.AreEqual(new byte[] { 1, 4, 2, 5, 3, 6, 9, 255 }, Open(png).Bytes.ToArray());
    }

    [TestMethod]
    [DataRow(2000, 4000, 0.5, 0.25, null)]
    [DataRow(0, 0, 1.0, 1.0, "no size of a pixel")]
    [DataRow(2835, 2835, 1.0, 1.0, "72 dots per inch")]
    public void ReadHeader_OfDensity_GivesSpacingUprightInLps(int x, int y, double spacingX, double spacingY, string? note)
    {
        var header = VolumeFormats.ReadHeader(VolumeSource.FromStream(new MemoryStream(Make(0, 8, false).WithDensity(x, y).ToArray())));

        Assert.AreEqual(new Vector3D(spacingX, spacingY, 1), header.Geometry.Spacing);
        Assert.AreEqual("LPS", header.Geometry.OrientationCode);
        Assert.AreEqual(note is null ? 0 : 1, header.Notes.Count);
        StringAssert.Contains(header.Notes.FirstOrDefault(""), note ?? "");
    }

    [TestMethod]
    public void ReadHeader_OfFileCutBeforeItsPixels_IsRefused()
    {
        var whole = Make(3, 4, false).ToArray();
        var pixels = whole.AsSpan().IndexOf("IDAT"u8) + 4;
        for (var length = PngHeader.Signature.Length; length < pixels; length++)
        {
            var source = VolumeSource.FromStream(new MemoryStream(whole, 0, length), "cut");
            Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.ReadHeader(source), $"Cut at {length} of {pixels}.");
        }
    }

    public static IEnumerable<object[]> Wrong
    {
        get
        {
            var good = new PngBytes(4, 4, 8, 0, false, (x, y, _) => x + y);
            yield return
            [
                "several header faults at once",
                new PngBytes(0, 4, 3, 6, false, (_, _, _) => 0).ToArray(),
                new[] { "width is 0", "bit depth is 3" },
            ];
            yield return ["an unknown color type", new PngBytes(4, 4, 8, 5, false, (_, _, _) => 0).ToArray(), new[] { "color type is 5" }];
            yield return
            [
                "a palette image without palette",
                new PngBytes(4, 4, 8, 3, false, (_, _, _) => 0).ToArray(),
                new[] { "PLTE", "missing" },
            ];
            yield return
            [
                "a colour beyond the palette",
                new PngBytes(4, 4, 8, 3, false, (_, _, _) => 1).With("PLTE", 1, 2, 3).ToArray(),
                new[] { "colour 1", "1 colours" },
            ];
            yield return
            [
                "a palette of half colours",
                new PngBytes(4, 4, 8, 3, false, (_, _, _) => 0).With("PLTE", 1, 2).ToArray(),
                new[] { "PLTE", "2 bytes" },
            ];
            yield return
            [
                "an animation",
                new PngBytes(4, 4, 8, 0, false, (_, _, _) => 0).With("acTL", 0, 0, 0, 2, 0, 0, 0, 0).ToArray(),
                new[] { "acTL", "animation" },
            ];
            yield return
            [
                "an unknown critical chunk",
                new PngBytes(4, 4, 8, 0, false, (_, _, _) => 0).With("ABCD").ToArray(),
                new[] { "ABCD" },
            ];
            yield return ["an unknown filter", good.ToArray(PngBytes.Deflate([9, 0, 0, 0, 0])), new[] { "filter 9" }];
            yield return ["too few rows", good.ToArray(PngBytes.Deflate([0, 1, 2, 3, 4])), new[] { "before the last pixel" }];
            yield return ["data that is not deflate", good.ToArray([1, 2, 3, 4, 5, 6]), new[] { "PNG data is damaged" }];
            yield return
            [
                "a size beyond the file",
                new PngBytes(int.MaxValue, int.MaxValue, 8, 0, false, (_, _, _) => 0).ToArray(PngBytes.Deflate([0])),
                new[] { "bytes of voxels" },
            ];
            yield return ["a chunk longer than the file", Change(good.ToArray(), "IDAT"u8, -4, 0x7F), new[] { "IDAT is cut short" }];
            yield return ["a changed header", Change(good.ToArray(), "IHDR"u8, 7, 5), new[] { "IHDR", "checksum" }];
            yield return ["changed pixels", Change(good.ToArray(), "IEND"u8, -5, 1), new[] { "IDAT", "checksum" }];
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

        StringAssert.StartsWith(fault.Message, "wrong: PNG");
        Array.ForEach(words, word => StringAssert.Contains(fault.Message, word));
    }

    private static PngBytes Make(int colorType, int depth, bool interlaced)
    {
        var png = new PngBytes(Width, Height, depth, colorType, interlaced, (x, y, c) => Value(x, y, c, depth));
        return colorType == 3 ? png.With("PLTE", new byte[3 << depth]) : png;
    }

    private static int Value(int x, int y, int channel, int depth) =>
        ((x * 37) + (y * 1019) + (channel * 97) + (x * y * 11)) & ((1 << depth) - 1);

    private static Volume Open(PngBytes png, bool keepIndices = false, VolumeRegion? region = null)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "picture.png");
        File.WriteAllBytes(path, png.ToArray());
        return VolumeFormats.Open(path, region, new VolumeReadOptions { KeepStoredNumbers = keepIndices });
    }

    private static void AssertSamples(Volume volume, int depth, int startX, int startY)
    {
        for (var channel = 0; channel < volume.Shape.Channels; channel++)
        {
            for (var y = 0; y < volume.Shape.Height; y++)
            {
                for (var x = 0; x < volume.Shape.Width; x++)
                {
                    Assert.AreEqual(
                        Value(startX + x, startY + y, channel, depth),
                        volume.GetValue(channel, 0, y, x),
                        $"[{channel}, {y}, {x}]"
                    );
                }
            }
        }
    }

    private static byte[] Change(byte[] file, ReadOnlySpan<byte> chunk, int offset, byte value)
    {
        var position = file.AsSpan().LastIndexOf(chunk) + offset;
        file[position] = file[position] == value ? (byte)(value + 1) : value;
        return file;
    }
}
