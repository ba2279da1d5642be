using Microsoft.ML.MedicalSegmentation.AspNetCore.Uploads;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Scoring;

/// <summary>A file format that results can be had in.</summary>
/// <param name="Key">What clients call it.</param>
/// <param name="Ending">The ending of its files.</param>
/// <param name="MediaType">Its media type.</param>
internal sealed record ResultFormat(string Key, string Ending, string MediaType)
{
    private const string Dicom = "application/dicom";

    public static readonly ResultFormat Nifti = new("nifti", ".nii.gz", "application/gzip");

    public static readonly ResultFormat Segmentation = new("dicom-seg", ".seg.dcm", Dicom);

    public static readonly ResultFormat Report = new("report", ".report.dcm", Dicom);

    /// <summary>Every format.</summary>
    public static IReadOnlyList<ResultFormat> All { get; } =
    [
        Nifti,
        new("nrrd", ".nrrd", "application/octet-stream"),
        new("metaimage", ".mha", "application/octet-stream"),
        Segmentation,
        new("rtstruct", ".rtstruct.dcm", Dicom),
        Report,
    ];

    /// <summary>True for objects that refer to the scored series.</summary>
    public bool NeedsSeries => MediaType == Dicom;

    /// <summary>The format of a key; null where there is none.</summary>
    public static ResultFormat? Find(string? key) =>
        key is null ? Nifti : All.FirstOrDefault(format => format.Key.Equals(key, StringComparison.OrdinalIgnoreCase));

    /// <summary>Writes labels in this format.</summary>
    /// <param name="labels">On the grid of the image.</param>
    /// <param name="upload">The image.</param>
    /// <param name="algorithm">The model.</param>
    /// <param name="warnings">Go into the report.</param>
    /// <param name="path">Where; whole or absent.</param>
    public void Write(LabelVolume labels, UploadedCase upload, DicomAlgorithm? algorithm, IReadOnlyList<string> warnings, string path)
    {
        if (!NeedsSeries)
        {
            VolumeFormats.Save(labels, path);
            return;
        }

        var series = DicomSeries.Open(upload.Paths[0]);
        var image = series.Read();
        labels = labels.OnGrid(image.Shape, image.Geometry);
        if (this != Report)
        {
            DicomLabelFiles.Save(labels, path, algorithm, series);
            return;
        }

        // A report refers to the segments that it measures; the segmentation of the same result has the same identifiers.
        var segmentation = path + Segmentation.Ending;
        try
        {
            DicomLabelFiles.Save(labels, segmentation, algorithm, series);
            DicomMeasurementReport.Write(labels, image.Shape.Channels == 1 ? image : image.Channel(0), path, new()
            {
                Source = series,
                Segmentation = segmentation,
                Algorithm = algorithm,
                Comments = [.. warnings.Select(w => w.Length <= 1024 ? w : w[..1024])],
            });
        }
        finally
        {
            File.Delete(segmentation);
        }
    }
}
