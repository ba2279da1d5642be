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
        => source is { IsFolder: true, Path: { } folder } ? DicomFolder.HasDicom(folder, source.Options) : DicomFile.Recognise(start);

    /// <inheritdoc/>
    public VolumeHeader ReadHeader(VolumeSource source) => DicomSeries.From(source).ReadHeader();

    /// <inheritdoc/>
    public Volume Read(VolumeSource source, VolumeRegion? region = null) => DicomSeries.From(source).Read(region);

    /// <inheritdoc/>
    public void Write(Volume volume, Stream destination, string extension, VolumeWriteOptions options) =>
        throw new NotSupportedException(
            "DICOM series are read only. Write label volumes by DicomSegmentation.Write, images as NIfTI (.nii.gz)."
        );
}
