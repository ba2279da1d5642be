using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Derived;

/// <summary>What every object that is made from images begins with: file meta information, patient, study, series and equipment.</summary>
internal static class DicomDerivedObject
{
    /// <summary>The name of the library, as Manufacturer's Model Name.</summary>
    public const string ModelName = "Microsoft.ML.MedicalSegmentation";

    /// <summary>The name of the makers.</summary>
    public const string Manufacturer = "MLMedSeg";

    // The UUID of name "microsoft.ml.medicalsegmentation" (RFC 4122, version 5, DNS), under 2.25.
    private const string ImplementationUid = "2.25.119448157106310660835689297490287305155";

    /// <summary>The library's version.</summary>
    public static string SoftwareVersion { get; } = typeof(DicomDerivedObject).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "1";

    /// <summary>Writes preamble and file meta information.</summary>
    public static void WriteMeta(Stream stream, string classUid, string instanceUid, bool isExplicit = true)
    {
        var syntax = isExplicit ? DicomTransferSyntax.ExplicitLittleEndian : DicomTransferSyntax.ImplicitLittleEndian;
        var meta = new DicomDataSetWriter()
            .AddRaw("FileMetaInformationVersion", [0, 1])
            .Add("MediaStorageSOPClassUID", classUid)
            .Add("MediaStorageSOPInstanceUID", instanceUid)
            .Add("TransferSyntaxUID", syntax.Uid)
            .Add("ImplementationClassUID", ImplementationUid)
            .Add("ImplementationVersionName", "MLMEDSEG_1")
            .ToBytes();
        stream.Write(new byte[128]);
        stream.Write("DICM"u8);
        DicomDataSetWriter.WriteStart(stream, new DicomTag(0x0002, 0x0000), "UL", 4);
        stream.Write(BitConverter.GetBytes((uint)meta.Length));
        stream.Write(meta);
    }

    /// <summary>Patient, study, frame of reference, series, equipment and instance. The caller adds dates of its own content.</summary>
    public static DicomDataSetWriter Begin(
        DicomObjectOptions options,
        DicomSourceSeries? source,
        DicomUid uids,
        string modality,
        string classUid,
        string instanceUid,
        DateTime created
    )
    {
        var set = new DicomDataSetWriter();
        foreach (
            var keyword in new[]
            {
                "PatientName",
                "PatientID",
                "PatientBirthDate",
                "PatientSex",
                "StudyDate",
                "StudyTime",
                "AccessionNumber",
                "ReferringPhysicianName",
                "StudyID",
                "PositionReferenceIndicator",
            }
        )
        {
            set.Add(keyword, "");
        }

        set.Add("StudyInstanceUID", uids.Make("study")).Add("FrameOfReferenceUID", uids.Make("frame of reference"));
        source?.Copy(set);
        return set.Add("SOPClassUID", classUid)
            .Add("SOPInstanceUID", instanceUid)
            .Add("Modality", modality)
            .Add("SeriesInstanceUID", uids.Make("series"))
            .AddIntegers("SeriesNumber", options.SeriesNumber)
            .AddIntegers("InstanceNumber", 1)
            .Add("SeriesDescription", options.SeriesDescription)
            .Add("SeriesDate", Date(created)).Add("SeriesTime", Time(created))
            .Add("Manufacturer", Manufacturer).Add("ManufacturerModelName", ModelName).Add("DeviceSerialNumber", "1")
            .Add("SoftwareVersions", SoftwareVersion);
    }

    /// <summary>Declares UTF-8 where a text of ours needs it.</summary>
    /// <exception cref="ArgumentException">Texts that were copied from the source are in another character set.</exception>
    public static void DeclareTexts(DicomDataSetWriter set, DicomObjectOptions options, IEnumerable<DicomSegment> segments)
    {
        var own = segments.Select(s => $"{s.Label}{s.AlgorithmName}{s.Category.Meaning}{s.Type.Meaning}{s.TypeModifier?.Meaning}")
            .Append($"{options.SeriesDescription}{options.Algorithm?.Name}{options.Algorithm?.Version}");
        if (own.All(text => Ascii.IsValid(text)))
        {
            return;
        }

        // Our own texts are UTF-8; copied ones that another character set wrote would be misread under it.
        if (options.Source is not null && !set.IsAsciiOrUtf8())
        {
            throw new ArgumentException(
                "The segments' texts have letters beyond ASCII, and so has the source series, in another "
                    + "character set. Describe the segments in ASCII."
            );
        }

        set.Add("SpecificCharacterSet", "ISO_IR 192");
    }

    /// <summary>A date as DICOM has it.</summary>
    public static string Date(DateTime moment) => moment.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>A time as DICOM has it.</summary>
    public static string Time(DateTime moment) => moment.ToString("HHmmss", CultureInfo.InvariantCulture);
}
