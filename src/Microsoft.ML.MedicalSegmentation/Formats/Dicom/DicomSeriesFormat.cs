using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom;

/// <summary>DICOM: a file, or a folder that holds the files of one series. Reads images and segmentations.</summary>
/// <remarks>https://dicom.nema.org/medical/dicom/current. Segmentations are written by <see cref="DicomSegmentation"/>.</remarks>
internal sealed class DicomSeriesFormat : IVolumeFormat
{
    /// <inheritdoc/>
    public string Name => "DICOM";

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [".dcm"];

    /// <inheritdoc/>
    public bool CanWrite => false;

    /// <inheritdoc/>
    public bool Matches(VolumeSource source, ReadOnlySpan<byte> start)
        => source is { IsFolder: true, Path: { } folder } ? DicomFolder.HasDicom(folder) : DicomFile.Recognise(start);

    /// <inheritdoc/>
    public VolumeHeader ReadHeader(VolumeSource source) => FindSeries(source).ReadHeader();

    /// <inheritdoc/>
    public Volume Read(VolumeSource source, VolumeRegion? region = null) => FindSeries(source).Read(region);

    /// <inheritdoc/>
    public void Write(Volume volume, Stream destination, string extension, VolumeWriteOptions options)
        => throw new NotSupportedException("DICOM series are read only. Write label volumes by DicomSegmentation.Write, images as NIfTI (.nii.gz).");

    private static DicomSeries FindSeries(VolumeSource source)
    {
        if (source is not { IsFolder: true, Path: { } folder })
        {
            return new(source.Name, [DicomFile.Read(source)], source.Options, []);
        }

        var files = DicomFolder.Read(folder, recursive: false, source.Options, out var others);
        var notes = others == 0 ? [] : new[] { $"{others} file(s) of the folder are no DICOM images and were passed over." };
        var series = DicomSeries.Group(source.Name, files, source.Options, notes);
        if (source.SeriesUid is { } uid)
        {
            return series.FirstOrDefault(one => one.Uid == uid)
                ?? throw new VolumeFormatException(source.Name, "DICOM", null, "the folder has no series of this UID. `medseg info FOLDER` lists its series.");
        }

        return series.Count switch
        {
            0 => throw new VolumeFormatException(source.Name, "DICOM", null, "no file of the folder has pixels. Give the folder of an image series."),
            1 => series[0],
            _ => throw new VolumeFormatException(
                source.Name, "DICOM", null, $"the folder holds {series.Count} series, and a volume is one: {string.Join("; ", series.Take(20).Select(s => $"{s}, {Path.GetFileName(s.Files[0])}{(s.Files.Count > 1 ? " and others" : "")}"))}{(series.Count > 20 ? "; ..." : "")}. Put each into a folder of its own, or name a single one (in code, DicomSeries.Find lists them)."),
        };
    }
}
