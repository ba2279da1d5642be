using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom;

[TestClass]
public sealed class DicomPixelTests
{
    private const string Jpeg2000 = "1.2.840.10008.1.2.4.90";

    public static IEnumerable<object[]> JpegFrames => CompressedFrames.Jpeg.Keys.Select(k => new object[] { k.Name, k.Predictor });

    public static IEnumerable<object[]> RleFrames => CompressedFrames.Rle.Keys.Select(k => new object[] { k });

    [TestMethod]
    [DynamicData(nameof(JpegFrames))]
    public void Open_OfJpegLossless_EqualsThePixelsThatWereEncoded(string name, int predictor)
    {
        var plain = VolumeFormats.Open(DicomFiles.Source(DicomFiles.File(Image(name), CompressedFrames.Plain[name])));

        var found = VolumeFormats.Open(
            DicomFiles.Source(DicomFiles.Encapsulated(Image(name), "1.2.840.10008.1.2.4.57", CompressedFrames.Jpeg[(name, predictor)]))
        );

        CollectionAssert.AreEqual(plain.Bytes.ToArray(), found.Bytes.ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(RleFrames))]
    public void Open_OfRle_EqualsThePixelsThatWereEncoded(string name)
    {
        var plain = VolumeFormats.Open(DicomFiles.Source(DicomFiles.File(Image(name), CompressedFrames.Plain[name])));

        var found = VolumeFormats.Open(
            DicomFiles.Source(DicomFiles.Encapsulated(Image(name), "1.2.840.10008.1.2.5", CompressedFrames.Rle[name]))
        );

        CollectionAssert.AreEqual(plain.Bytes.ToArray(), found.Bytes.ToArray());
    }

    [TestMethod]
    [DataRow("1.2.840.10008.1.2.4.57")]
    [DataRow("1.2.840.10008.1.2.5")]
    public void Open_OfCompressedFrameCutAnywhere_GivesValuesOrAFormatFault(string syntax)
    {
        var whole = syntax.EndsWith(".57", StringComparison.Ordinal) ? CompressedFrames.Jpeg[("u16", 4)] : CompressedFrames.Rle["u16"];
        var faults = 0;
        for (var length = 0; length < whole.Length; length += 2)
        {
            try
            {
                VolumeFormats.Open(DicomFiles.Source(DicomFiles.Encapsulated(Image("u16"), syntax, whole[..length])));
            }
            catch (VolumeFormatException fault)
            {
                StringAssert.StartsWith(fault.Message, "made by the test");
                faults++;
            }
        }

        // Only the end mark may be missing.
        Assert.IsTrue(faults >= (whole.Length / 2) - 2, $"{faults} of {whole.Length / 2} cut frames were refused.");
    }

    [TestMethod]
    public void Open_OfSeveralFragmentsAFrame_FollowsTheOffsetTable()
    {
        var rle = CompressedFrames.Rle["u16"];
        var set = Image("u16").AddIntegers("NumberOfFrames", 2);
        var one = Even(rle[..80]);
        var two = Even(rle[80..]);
        var bytes = DicomFiles.Encapsulated(set, "1.2.840.10008.1.2.5", one, two, rle);

        var without = Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(DicomFiles.Source(bytes)));
        StringAssert.Contains(without.Message, "3 fragments hold 2 frames");

        var volume = VolumeFormats.Open(DicomFiles.Source(WithOffsetTable(bytes, 0, 8 + one.Length + 8 + two.Length)));

        CollectionAssert.AreEqual(CompressedFrames.Plain["u16"], volume.Bytes[..126].ToArray());
        CollectionAssert.AreEqual(CompressedFrames.Plain["u16"], volume.Bytes[126..].ToArray());
    }

    [TestMethod]
    public void Open_OfJpeg2000_NamesItAndTheRemedy_AndReadsWithADecoder()
    {
        var bytes = DicomFiles.Encapsulated(Image("u8"), Jpeg2000, [1, 2, 3, 4]);

        var fault = Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(DicomFiles.Source(bytes)));

        StringAssert.Contains(fault.Message, "JPEG 2000 (Lossless Only)");
        StringAssert.Contains(fault.Message, Jpeg2000);
        StringAssert.Contains(fault.Message, "register a decoder");
        Assert.AreEqual(new VolumeShape(1, 1, 7, 9), DicomHeader(bytes).Shape);

        var decoder = new Filling();
        DicomPixelDecoders.Register(decoder);
        try
        {
            Assert.AreEqual(10.0, VolumeFormats.Open(DicomFiles.Source(bytes)).GetValue(0, 0, 6, 8));
        }
        finally
        {
            Assert.IsTrue(DicomPixelDecoders.Unregister(decoder));
        }
    }

    [TestMethod]
    public void Open_OfCompressedPixelsThatCannotBeSoMany_IsRefusedBeforeMemoryIsTaken()
    {
        var set = Image("u16").AddIntegers("Rows", 40000).AddIntegers("Columns", 40000);
        var bytes = DicomFiles.Encapsulated(set, "1.2.840.10008.1.2.5", CompressedFrames.Rle["u16"]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var fault = Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(DicomFiles.Source(bytes)));

        StringAssert.Contains(fault.Message, "cannot hold");
        Assert.IsTrue(GC.GetAllocatedBytesForCurrentThread() - before < 4 << 20);
    }

    private static VolumeHeader DicomHeader(byte[] bytes) => new DicomSeriesFormat().ReadHeader(DicomFiles.Source(bytes));

    private static byte[] Even(byte[] bytes) => bytes.Length % 2 == 0 ? bytes : [.. bytes, 0];

    private static byte[] WithOffsetTable(byte[] file, params int[] offsets)
    {
        // The empty table's item, followed by the first fragment's.
        var at = file.AsSpan().IndexOf<byte>([0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0, 0xFE, 0xFF]);
        return
        [
            .. file[..(at + 4)],
            .. BitConverter.GetBytes(4 * offsets.Length),
            .. offsets.SelectMany(BitConverter.GetBytes),
            .. file[(at + 8)..],
        ];
    }

    private static DicomDataSetWriter Image(string name)
    {
        var (bits, signed, samples) = name switch
        {
            "u16" => (16, 0, 1),
            "s12" => (12, 1, 1),
            "u8" => (8, 0, 1),
            _ => (8, 0, 3),
        };
        var set = DicomFiles
            .Slice(0, 1, columns: 9, rows: 7)
            .AddIntegers("BitsAllocated", bits > 8 ? 16 : 8)
            .AddIntegers("BitsStored", bits)
            .AddIntegers("HighBit", bits - 1)
            .AddIntegers("PixelRepresentation", signed)
            .AddIntegers("SamplesPerPixel", samples)
            .AddDecimals("RescaleSlope", 1)
            .AddDecimals("RescaleIntercept", 0);
        return samples == 1 ? set : set.Add("PhotometricInterpretation", "RGB").AddIntegers("PlanarConfiguration", 0);
    }

    /// <summary>Makes every sample the sum of the compressed bytes.</summary>
    private sealed class Filling : IDicomPixelDecoder
    {
        public bool CanDecode(string transferSyntaxUid) => transferSyntaxUid == Jpeg2000;

        public void Decode(DicomFrameFormat format, ReadOnlySpan<byte> compressed, Span<byte> frame)
        {
            Assert.AreEqual(63, format.SizeInBytes);
            frame.Fill((byte)compressed.ToArray().Sum(b => b));
        }
    }
}
