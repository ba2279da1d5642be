using Microsoft.ML.MedicalSegmentation.Formats.Dicom;

namespace Microsoft.ML.MedicalSegmentation.ReportedCases;

/// <summary>DICOM files like those of public reports about other tools; each test names its report.</summary>
[TestClass]
public sealed class PublicDicomReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>https://github.com/pydicom/pydicom/issues/1312, /1706 and https://github.com/suyashkumar/dicom/issues/65.</summary>
    [TestMethod]
    [DataRow(
        "29001010 554E0000 FFFFFFFF FEFF00E0 FFFFFFFF 2900111002000000 4142 FEFF0DE0 00000000 FEFFDDE0 00000000",
        "a sequence of unknown representation and undefined length"
    )]
    [DataRow("29001010 00000400 41424344", "a representation of two zeros")]
    [DataRow("29001010 554E0000 03000000 414243", "an odd length")]
    [DataRow("29001010 4F570000 05000000 4142434445", "an odd length of words")]
    [DataRow("29001010 53510000 FFFFFFFF FEFFDDE0 00000000", "an empty private sequence")]
    public void Open_OddElementBeforeThePixels_IsPassedOver(string element, string what)
    {
        var volume = VolumeFormats.Open(
            DicomFiles.Source(
                WithElement(
                    DicomFiles.File(DicomFiles.Slice(0, 1), DicomFiles.Pixels(3)),
                    Convert.FromHexString(element.Replace(" ", "", StringComparison.Ordinal))
                )
            )
        );
        Assert.AreEqual((2 * 307.0) - 100, volume.GetValue(0, 0, 1, 3), what);
    }

    /// <summary>https://github.com/pydicom/pydicom/issues/1942.</summary>
    [TestMethod]
    public void Open_PixelsOfUndefinedLengthThatAreNotEncapsulated_IsRefused()
    {
        var file = DicomFiles.File(DicomFiles.Slice(0, 1), DicomFiles.Pixels(3));
        file.AsSpan(file.Length - 28, 4).Fill(0xFF);
        Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(DicomFiles.Source(file)));
    }

    /// <summary>https://github.com/pydicom/pydicom/issues/796 (too long) and /1188 (too short).</summary>
    [TestMethod]
    [DataRow(2)]
    [DataRow(19044)]
    public void Open_MorePixelBytesThanTheSizesSay_ReadsThePicture(int more)
    {
        var volume = VolumeFormats.Open(
            DicomFiles.Source(DicomFiles.File(DicomFiles.Slice(0, 1), [.. DicomFiles.Pixels(3), .. new byte[more]]))
        );
        Assert.AreEqual((2 * 311.0) - 100, volume.GetValue(0, 0, 2, 3));
        var fault = Assert.ThrowsExactly<VolumeFormatException>(() =>
            VolumeFormats.Open(DicomFiles.Source(DicomFiles.File(DicomFiles.Slice(0, 1), DicomFiles.Pixels(3)[..^2])))
        );
        StringAssert.Contains(fault.Message, "24");
    }

    /// <summary>https://github.com/fo-dicom/fo-dicom/issues/187 and /138: sign of 12 bits, and what lies in the bits above.</summary>
    [TestMethod]
    [DataRow(1, 0xFFF, -1)]
    [DataRow(1, 0x7FF, 2047)]
    [DataRow(1, 0x800, -2048)]
    [DataRow(0, 0xFFF, 4095)]
    [DataRow(1, 0x5FFF, -1)]
    [DataRow(0, 0xF123, 0x123)]
    public void Open_TwelveBitsOfSixteen_TakesSignAndLeavesOverlaysOut(int representation, int stored, int value)
    {
        var set = DicomFiles
            .Slice(0, 1, columns: 1, rows: 1)
            .AddIntegers("BitsStored", 12)
            .AddIntegers("HighBit", 11)
            .AddIntegers("PixelRepresentation", representation)
            .AddDecimals("RescaleSlope", 1)
            .AddDecimals("RescaleIntercept", 0);
        Assert.AreEqual(
            value,
            VolumeFormats.Open(DicomFiles.Source(DicomFiles.File(set, BitConverter.GetBytes((ushort)stored)))).GetValue(0, 0, 0, 0)
        );
    }

    /// <summary>https://github.com/fo-dicom/fo-dicom/issues/340: no Photometric Interpretation.</summary>
    [TestMethod]
    public void Open_WithoutPhotometricInterpretation_ReadsGreyOrSaysSo()
    {
        var set = DicomFiles.Slice(0, 1).Add("PhotometricInterpretation");
        var file = DicomFiles.File(set, DicomFiles.Pixels(3));
        try
        {
            Assert.AreEqual((2 * 307.0) - 100, VolumeFormats.Open(DicomFiles.Source(file)).GetValue(0, 0, 1, 3));
        }
        catch (VolumeFormatException fault)
        {
            StringAssert.Contains(fault.Message, "PhotometricInterpretation");
        }
    }

    /// <summary>https://github.com/rordenlab/dcm2niix/issues/232 and /253: gantry tilt; no slice moves without a word.</summary>
    [TestMethod]
    public void Open_TiltedGantry_KeepsTheShearOrSaysTheAngle()
    {
        var slices = Enumerable
            .Range(0, 5)
            .Select(i =>
                (DicomFiles.Slice(3 * i, i).AddDecimals("ImagePositionPatient", -10, -20 + (0.72 * i), 3 * i), DicomFiles.Pixels(i))
            );
        var fault = Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(DicomFiles.WriteSeries(_folder, slices)));
        StringAssert.Contains(fault.Message, "13.5");
    }

    /// <summary>https://github.com/rordenlab/dcm2niix/issues/468: 66 slices of the middle are missing.</summary>
    [TestMethod]
    public void Open_SeriesWithAHole_SaysWhere()
    {
        var slices = Enumerable.Range(0, 22).Select(i => (DicomFiles.Slice(1.25 * (i < 12 ? i : i + 66), i), DicomFiles.Pixels(i)));
        var fault = Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(DicomFiles.WriteSeries(_folder, slices)));
        StringAssert.Contains(fault.Message, "66");
    }

    /// <summary>https://github.com/rordenlab/dcm2niix/issues/539: two slices at one place, the rest even.</summary>
    [TestMethod]
    public void Open_OneSliceTwice_NamesTheFiles()
    {
        var slices = Enumerable.Range(0, 5).Select(i => (DicomFiles.Slice(1.2 * Math.Max(0, i - 1), i), DicomFiles.Pixels(i)));
        var fault = Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(DicomFiles.WriteSeries(_folder, slices)));
        StringAssert.Contains(fault.Message, ".dcm");
    }

    /// <summary>https://github.com/rordenlab/dcm2niix/issues/140: three planes of a localizer in one series.</summary>
    [TestMethod]
    public void Open_Localizer_NamesFilesOfBothOrientations()
    {
        var slices = Enumerable
            .Range(0, 6)
            .Select(i =>
                (
                    i % 2 == 0 ? DicomFiles.Slice(i, i) : DicomFiles.Slice(i, i).AddDecimals("ImageOrientationPatient", 0, 1, 0, 0, 0, -1),
                    DicomFiles.Pixels(i)
                )
            );
        var fault = Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(DicomFiles.WriteSeries(_folder, slices)));
        StringAssert.Contains(fault.Message, "90");
    }

    /// <summary>https://github.com/rordenlab/dcm2niix/issues/35: no Image Orientation.</summary>
    [TestMethod]
    public void Open_WithoutOrientation_NotesWhatIsAssumed()
    {
        var set = DicomFiles.Slice(0, 1).Add("ImageOrientationPatient");
        var volume = VolumeFormats.Open(DicomFiles.Source(DicomFiles.File(set, DicomFiles.Pixels(3))));
        StringAssert.Contains(string.Join(' ', volume.Header?.Notes ?? []), "Orientation");
    }

    private static byte[] WithElement(byte[] file, byte[] element)
    {
        // Before the pixels' tag, representation, length and 24 bytes.
        var end = file.Length - 36;
        return [.. file[..end], .. element, .. file[end..]];
    }
}
