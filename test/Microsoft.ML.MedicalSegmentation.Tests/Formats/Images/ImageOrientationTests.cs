using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Png;
using Microsoft.ML.MedicalSegmentation.Formats.Tiff;


namespace Microsoft.ML.MedicalSegmentation.Formats.Images;

/// <summary>
/// Pictures of a camera that was not held upright. Expected pixels are those of Pillow 9.4: ImageOps.exif_transpose of the
/// PNG, and the TIFF as loaded, which Pillow turns by itself. JPEG, whose pixels are not exact, is tested in its own place.
/// </summary>
[TestClass]
public sealed class ImageOrientationTests
{
    // Three columns and two rows: 1 2 3 / 4 5 6.
    private static readonly string[] Shown =
    [
        "1 2 3 / 4 5 6",
        "3 2 1 / 6 5 4",
        "6 5 4 / 3 2 1",
        "4 5 6 / 1 2 3",
        "1 4 / 2 5 / 3 6",
        "4 1 / 5 2 / 6 3",
        "6 3 / 5 2 / 4 1",
        "3 6 / 2 5 / 1 4",
    ];

    public static IEnumerable<object[]> Cases
        => from kind in new[] { "PNG", "PNG with EXIF behind its pixels", "interlaced PNG", "TIFF", "TIFF of two pages" }
           from code in Enumerable.Range(1, 8)
           select new object[] { kind, code };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Open_OfAnyOrientation_ShowsThePictureAsPillowDoes(string kind, int code)
    {
        var volume = VolumeFormats.Open(Source(kind, code));
        var header = VolumeFormats.ReadHeader(Source(kind, code));

        Assert.AreEqual(Shown[code - 1], Text(volume.Channel(0), z: 0));
        Assert.AreEqual((header.Shape, header.Geometry), (volume.Shape, volume.Geometry));
        Assert.AreEqual("LPS", volume.Geometry.OrientationCode);
        Assert.AreEqual(default, volume.Geometry.IndexToWorld.Translation);
        Assert.AreEqual(code > 1, header.Notes.Any(note => note.Contains($"rientation {code} was applied", StringComparison.Ordinal)));
        Assert.AreEqual($"{code}", header.Fields[kind.StartsWith("TIFF", StringComparison.Ordinal) ? "Orientation" : "orientation"]);
        if (volume.Shape.Depth > 1)
        {
            Assert.AreEqual(Shown[code - 1].Replace('1', '7'), Text(volume, z: 1));
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Open_OfABlock_IsThatOfTheWholePicture(string kind, int code)
    {
        var whole = VolumeFormats.Open(Source(kind, code));
        foreach (
            var block in new VolumeRegion[]
            {
                new(1, 0, 0, 1, whole.Shape.Height, 1),
                new(0, 1, whole.Shape.Depth - 1, whole.Shape.Width, 1, 1),
                new(1, 1, 0, 1, 1, whole.Shape.Depth),
            }
        )
        {
            var part = VolumeFormats.Open(Source(kind, code), block);
            var expected = whole.CropOrPad(block);
            CollectionAssert.AreEqual(Voxels(expected), Voxels(part), $"{block}");
            Assert.AreEqual(expected.Geometry, part.Geometry, $"{block}");
        }
    }

    [TestMethod]
    public void Open_OfABlockOutsideTheShownPicture_IsRefusedInItsOwnPixels()
    {
        // As shown, the picture has two columns and three rows.
        var fault = Assert.ThrowsExactly<ArgumentException>(() => VolumeFormats.Open(Source("PNG", 6), new VolumeRegion(0, 0, 0, 3, 2, 1)));
        StringAssert.Contains(fault.Message, "3 x 2");
    }

    [TestMethod]
    public void ReadHeader_OfTurnedPicture_TurnsTheSizeOfPixels()
    {
        var png = Png(interlaced: false).WithDensity(2000, 4000).With("eXIf", Exif(6)).ToArray();

        Assert.AreEqual(
            new Vector3D(0.25, 0.5, 1),
            VolumeFormats.ReadHeader(VolumeSource.FromStream(new MemoryStream(png))).Geometry.Spacing
        );
    }

    [TestMethod]
    public void Open_OfLongExifData_HonoursItsOrientation()
    {
        var png = Png(interlaced: false).With("eXIf", [.. Exif(3), .. new byte[70_000]]).ToArray();

        Assert.AreEqual(Shown[2], Text(VolumeFormats.Open(VolumeSource.FromStream(new MemoryStream(png))), z: 0));
    }

    [TestMethod]
    public void Open_OfPagesOfDifferentOrientations_IsRefused()
    {
        var tiff = new TiffBytes(false).Page(Fields(1), false, [1, 2, 3, 4, 5, 6]).Page(Fields(6), false, [1, 2, 3, 4, 5, 6]).ToArray();

        var fault = Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(VolumeSource.FromStream(new MemoryStream(tiff))));
        StringAssert.Contains(fault.Message, "orientations differ");
    }

    private static VolumeSource Source(string kind, int code) =>
        VolumeSource.FromStream(
            new MemoryStream(
                kind switch
                {
                    "TIFF" => new TiffBytes(true).Page(Fields(code), false, [1, 2, 3, 4, 5, 6]).ToArray(),
                    "TIFF of two pages" => new TiffBytes(false)
                        .Page(Fields(code), false, [1, 2, 3, 4, 5, 6])
                        .Page(Fields(code), false, [7, 2, 3, 4, 5, 6])
                        .ToArray(),
                    "PNG with EXIF behind its pixels" => Png(interlaced: false).WithBehind("eXIf", Exif(code)).ToArray(),
                    _ => Png(kind == "interlaced PNG").With("eXIf", Exif(code)).ToArray(),
                }
            ),
            kind
        );

    private static PngBytes Png(bool interlaced) => new(3, 2, 8, 0, interlaced, (x, y, _) => 1 + x + (3 * y));

    private static byte[] Exif(int code) => [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, (byte)code, 0, 0];

    private static (int Tag, int Type, long[] Values)[] Fields(int code)
        => [(256, 3, [3]), (257, 3, [2]), (258, 3, [8]), (259, 3, [1]), (262, 3, [1]), (274, 3, [code]), (277, 3, [1]), (278, 3, [2])];

    private static byte[] Voxels(Volume volume) => ((Volume<byte>)volume).Voxels.ToArray();

    private static string Text(Volume volume, int z) =>
        string.Join(
            " / ",
            Enumerable
                .Range(0, volume.Shape.Height)
                .Select(y => string.Join(' ', Enumerable.Range(0, volume.Shape.Width).Select(x => volume.GetValue(0, z, y, x))))
        );
}
