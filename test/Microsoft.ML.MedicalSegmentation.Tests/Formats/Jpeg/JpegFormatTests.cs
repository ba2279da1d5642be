using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Jpeg;

[TestClass]
public sealed class JpegFormatTests
{
    private const int Width = 37;
    private const int Height = 29;

    private static readonly (int, int)[] Full = [(1, 1), (1, 1), (1, 1)];

    public static IEnumerable<object[]> Kinds
        => Enumerable.Range(0, 8).Select(kind => new object[] { (kind & 1) != 0, (kind & 2) != 0, (kind & 4) / 2 });

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Open_OfFullSampling_GivesTheColoursWithinRounding(bool progressive, bool separate, int restart)
    {
        var jpeg = new JpegBytes(Width, Height, Full, Busy)
        {
            Progressive = progressive,
            Separate = separate,
            RestartInterval = restart,
        }.AsRgb();

        var volume = Open(jpeg);

        Assert.AreEqual((new VolumeShape(3, 1, Height, Width), VoxelType.UInt8), (volume.Shape, volume.VoxelType));
        AssertClose(volume, Busy, tolerance: 1.5);
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(2, 2)]
    public void Open_OfGrey_GivesOneChannelWhateverItsSampling(int x, int y)
    {
        var volume = Open(new(Width, Height, [(x, y)], Busy) { Separate = true });

        Assert.AreEqual(1, volume.Shape.Channels);
        AssertClose(volume, Busy, tolerance: 1.5);
    }

    [TestMethod]
    [DataRow(2, 1)]
    [DataRow(1, 2)]
    [DataRow(2, 2)]
    [DataRow(4, 1)]
    [DataRow(4, 2)]
    public void Open_OfSmallerChroma_GivesSmoothColours(int x, int y)
    {
        foreach (var progressive in new[] { false, true })
        {
            var volume = Open(new JpegBytes(Width, Height, [(x, y), (1, 1), (1, 1)], Smooth) { Progressive = progressive }.AsRgb());

            AssertClose(volume, Smooth, tolerance: x > 2 ? 9 : 2.5);
        }
    }

    [TestMethod]
    public void Open_OfLumaAndChroma_GivesRedGreenBlue()
    {
        // JFIF: R = Y + 1.402 Cr, G = Y - 0.344 Cb - 0.714 Cr, B = Y + 1.772 Cb, about 128.
        var volume = Open(new(8, 8, Full, (_, _, c) => c switch { 0 => 100, 1 => 108, _ => 148 }));

        CollectionAssert.AreEqual(new double[] { 128, 93, 65 }, Enumerable.Range(0, 3).Select(c => volume.GetValue(c, 0, 4, 4)).ToArray());
    }

    [TestMethod]
    public void Open_OfEachOrientation_ShowsThePictureUpright()
    {
        // Where the pixel at column x and row y of the picture is stored, for codes 1 to 8.
        var stored = new Func<int, int, int, int, (int X, int Y)>[]
        {
            (x, y, w, h) => (x, y), (x, y, w, h) => (w - 1 - x, y), (x, y, w, h) => (w - 1 - x, h - 1 - y), (x, y, w, h) => (x, h - 1 - y),
            (x, y, w, h) => (y, x), (x, y, w, h) => (y, h - 1 - x), (x, y, w, h) => (w - 1 - y, h - 1 - x), (x, y, w, h) => (w - 1 - y, x),
        };
        var plain = Open(new(Width, Height, Full, Busy));
        for (byte code = 1; code <= 8; code++)
        {
            var jpeg = new JpegBytes(Width, Height, Full, Busy).WithOrientation(code);
            var volume = Open(jpeg);
            var region = new VolumeRegion(3, 5, 0, 7, 9, 1);
            var part = VolumeFormats.Open(Source(jpeg), region);

            Assert.AreEqual(code < 5 ? (Width, Height) : (Height, Width), (volume.Shape.Width, volume.Shape.Height));
            Assert.AreEqual(VolumeFormats.ReadHeader(Source(jpeg)).Shape, volume.Shape);
            Assert.AreEqual(
                code > 1,
                volume.Header!.Notes.Any(note => note.Contains($"EXIF orientation {code}", StringComparison.Ordinal))
            );
            for (var y = 0; y < volume.Shape.Height; y++)
            {
                for (var x = 0; x < volume.Shape.Width; x++)
                {
                    var at = stored[code - 1](x, y, Width, Height);
                    Assert.AreEqual(plain.GetValue(1, 0, at.Y, at.X), volume.GetValue(1, 0, y, x), $"orientation {code}, [{y}, {x}]");
                }
            }

            Assert.AreEqual(volume.GetValue(2, 0, 5 + 8, 3 + 6), part.GetValue(2, 0, 8, 6));
        }
    }

    [TestMethod]
    public void ReadHeader_OfDensity_GivesSpacing()
    {
        var jpeg = new JpegBytes(8, 8, Full, Smooth).With(0xE0, [.. "JFIF\0"u8, 1, 2, 2, 0, 20, 0, 40, 0, 0]);

        Assert.AreEqual(new Vector3D(0.5, 0.25, 1), VolumeFormats.ReadHeader(Source(jpeg)).Geometry.Spacing);
    }

    [TestMethod]
    public void Open_OfFileCutShort_IsRefusedWhereverItIsCut()
    {
        foreach (var progressive in new[] { false, true })
        {
            var whole = new JpegBytes(20, 9, Full, Busy) { Progressive = progressive }.ToArray();

            // A sequential picture is whole without its end mark.
            for (var length = 0; length < whole.Length - 2; length++)
            {
                var source = VolumeSource.FromStream(new MemoryStream(whole, 0, length), "cut");
                Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(source), $"Cut at {length} of {whole.Length}.");
            }
        }
    }

    [TestMethod]
    public void Save_AsJpeg_NamesPng()
    {
        var volume = Volume.Create(new byte[4], new(1, 1, 2, 2));

        var fault = Assert.ThrowsExactly<NotSupportedException>(() =>
            new JpegFormat().Write(volume, new MemoryStream(), ".jpg", VolumeWriteOptions.Default)
        );

        StringAssert.Contains(fault.Message, ".png");
    }

    public static IEnumerable<object[]> Wrong
    {
        get
        {
            byte[] Good() => new JpegBytes(16, 16, Full, Smooth).ToArray();
            yield return ["arithmetic codes", Change(Good(), 0xC0, 1, 0xC9), new[] { "SOF9", "PNG" }];
            yield return ["lossless", Change(Good(), 0xC0, 1, 0xC3), new[] { "lossless" }];
            yield return ["12 bits", Change(Good(), 0xC0, 4, 12), new[] { "12 bits" }];
            yield return ["no width", Change(Good(), 0xC0, 8, 0), new[] { "0 x 16" }];
            yield return
            [
                "four components",
                new JpegBytes(8, 8, [(1, 1), (1, 1), (1, 1), (1, 1)], Smooth).ToArray(),
                new[] { "4 components", "RGB" },
            ];
            yield return
            [
                "a size beyond the file",
                Change(Change(Good(), 0xC0, 5, 0xFF), 0xC0, 7, 0xFF),
                new[] { "cut short or its sizes are wrong" },
            ];
            yield return ["a component without scan", Change(Good(), 0xC0, 16, 9), new[] { "component 3", "lacks" }];
            yield return ["no quantization table", Change(Good(), 0xC0, 12, 2), new[] { "quantization table 2" }];
            yield return ["half a ratio", Change(Change(Good(), 0xC0, 11, 0x31), 0xC0, 14, 0x21), new[] { "ratio", "2x1 to 3x1" }];
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

        StringAssert.StartsWith(fault.Message, "wrong: JPEG: ");
        Array.ForEach(words, word => StringAssert.Contains(fault.Message, word));
    }

    internal static double Busy(int x, int y, int c) => 128 + (60 * Math.Sin((x * 0.9) + c)) + (50 * Math.Cos((y * 0.7) - (c * x * 0.2)));

    internal static double Smooth(int x, int y, int c) => 90 + (2.5 * x) - (1.5 * y) + (10 * c);

    private static VolumeSource Source(JpegBytes jpeg) => VolumeSource.FromStream(new MemoryStream(jpeg.ToArray()), "picture");

    private static Volume Open(JpegBytes jpeg) => VolumeFormats.Open(Source(jpeg));

    private static void AssertClose(Volume volume, Func<int, int, int, double> expected, double tolerance)
    {
        for (var channel = 0; channel < volume.Shape.Channels; channel++)
        {
            for (var y = 0; y < volume.Shape.Height; y++)
            {
                for (var x = 0; x < volume.Shape.Width; x++)
                {
                    Assert.AreEqual(expected(x, y, channel), volume.GetValue(channel, 0, y, x), tolerance, $"[{channel}, {y}, {x}]");
                }
            }
        }
    }

    private static byte[] Change(byte[] file, byte marker, int offset, byte value)
    {
        file[file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, marker]) + offset] = value;
        return file;
    }
}
