using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Reports;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// A DICOM measurement report (SR, template TID 1500): the volume of each structure, and mean and deviation of the image over it.
/// </summary>
/// <remarks>
/// https://dicom.nema.org/medical/dicom/current/output/chtml/part16/chapter_A.html. The report refers to the source images and to the
/// segments that it measures. It is unverified: a person has not seen it.
/// </remarks>
public static class DicomMeasurementReport
{
    /// <summary>Measures labels and writes the report; the file is whole or absent.</summary>
    /// <param name="labels">The structures.</param>
    /// <param name="image">The image on the same grid; null measures volumes only.</param>
    /// <param name="path">Where; a file that is there is replaced.</param>
    /// <param name="options">The source series and the segmentation object that the report refers to.</param>
    /// <exception cref="ArgumentException">An option is wrong, labels are not described, or the image has another size.</exception>
    /// <exception cref="VolumeFormatException">The segmentation object cannot be read.</exception>
    public static void Write(LabelVolume labels, Volume? image, string path, DicomMeasurementReportOptions options)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var writer = new DicomMeasurementReportWriter(labels, image, options);
        AtomicFile.Write(path, writer.Write);
    }
}
