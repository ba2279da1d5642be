using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom;

/// <summary>Small DICOM files made by the test: CT slices of 16 bits, in any transfer syntax.</summary>
internal static class DicomFiles
{
    public const string PatientName = "Zyxwv^Qqr";
    public const string PatientId = "MRN-4711";

    /// <summary>A data set of one axial slice, its attributes changeable before it is written.</summary>
    public static DicomDataSetWriter Slice(double z, int instance, string series = "1.2.3", int columns = 4, int rows = 3) =>
        new DicomDataSetWriter()
            .Add("SOPClassUID", "1.2.840.10008.5.1.4.1.1.2")
            .Add("SOPInstanceUID", $"1.2.3.{instance}.{series.Length}{series[^1]}")
            .Add("Modality", "CT")
            .Add("PatientName", PatientName)
            .Add("PatientID", PatientId)
            .Add("PatientBirthDate", "19700101")
            .Add("PatientSex", "F")
            .Add("StudyInstanceUID", "1.2.77")
            .Add("SeriesInstanceUID", series)
            .Add("FrameOfReferenceUID", "1.2.88")
            .AddIntegers("SeriesNumber", 5)
            .AddIntegers("InstanceNumber", instance)
            .AddDecimals("ImagePositionPatient", -10, -20, z)
            .AddDecimals("ImageOrientationPatient", 1, 0, 0, 0, 1, 0)
            .AddDecimals("PixelSpacing", 0.5, 0.75)
            .AddIntegers("SamplesPerPixel", 1)
            .Add("PhotometricInterpretation", "MONOCHROME2")
            .AddIntegers("Rows", rows)
            .AddIntegers("Columns", columns)
            .AddIntegers("BitsAllocated", 16)
            .AddIntegers("BitsStored", 16)
            .AddIntegers("HighBit", 15)
            .AddIntegers("PixelRepresentation", 1)
            .AddDecimals("RescaleSlope", 2)
            .AddDecimals("RescaleIntercept", -100);

    /// <summary>Pixels that tell slice and place: 100 * slice + index.</summary>
    public static byte[] Pixels(int slice, int count = 12)
        => MemoryMarshal.AsBytes<short>(Enumerable.Range(0, count).Select(i => (short)((100 * slice) + i)).ToArray()).ToArray();

    /// <summary>A whole file: preamble, meta information, data set, pixels.</summary>
    public static byte[] File(
        DicomDataSetWriter set,
        byte[] pixels,
        string syntax = "1.2.840.10008.1.2.1",
        bool withPreamble = true,
        string vr = "OW"
    )
    {
        var stream = new MemoryStream();
        if (withPreamble)
        {
            stream.Write(new byte[128]);
            stream.Write("DICM"u8);
        }

        stream.Write(new DicomDataSetWriter().AddRaw("FileMetaInformationVersion", [0, 1]).Add("TransferSyntaxUID", syntax).ToBytes());
        var body = new MemoryStream();
        body.Write(set.ToBytes());
        DicomDataSetWriter.WriteStart(body, DicomTags.PixelData, vr, pixels.Length);
        body.Write(pixels);
        var plain = body.ToArray();
        if (syntax.EndsWith(".1.99", StringComparison.Ordinal))
        {
            using var deflate = new DeflateStream(stream, CompressionLevel.Optimal, leaveOpen: true);
            deflate.Write(plain);
        }
        else
        {
            stream.Write(plain);
        }

        return stream.ToArray();
    }

    /// <summary>A file whose pixels are compressed: one fragment for each frame.</summary>
    public static byte[] Encapsulated(DicomDataSetWriter set, string syntax, params byte[][] fragments)
    {
        var plain = File(set, [], syntax, vr: "OB");
        var stream = new MemoryStream();
        stream.Write(plain.AsSpan(0, plain.Length - 4));
        stream.Write([0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0]);
        foreach (var fragment in fragments)
        {
            byte[] even = fragment.Length % 2 == 0 ? fragment : [.. fragment, 0];
            stream.Write([0xFE, 0xFF, 0x00, 0xE0]);
            stream.Write(BitConverter.GetBytes(even.Length));
            stream.Write(even);
        }

        stream.Write([0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
        return stream.ToArray();
    }

    /// <summary>A source for bytes.</summary>
    public static VolumeSource Source(byte[] bytes) => VolumeSource.FromStream(new MemoryStream(bytes), "made by the test");

    /// <summary>Writes slices under names that say nothing of their order.</summary>
    public static string WriteSeries(TemporaryFolder folder, IEnumerable<(DicomDataSetWriter Set, byte[] Pixels)> slices)
    {
        foreach (var ((set, pixels), i) in slices.Select((s, i) => (s, i)))
        {
            System.IO.File.WriteAllBytes(folder[$"{(i * 7919) % 1000:000}.dcm"], File(set, pixels));
        }

        return folder.Path;
    }

    /// <summary>Fails where a text has anything of the patient.</summary>
    public static void AssertNoPatient(string text)
    {
        foreach (var word in new[] { "Zyxwv", "Qqr", PatientId, "19700101" })
        {
            Assert.IsFalse(text.Contains(word, StringComparison.OrdinalIgnoreCase), $"'{word}' stands in: {text}");
        }
    }

    /// <summary>The bytes of a text.</summary>
    public static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
