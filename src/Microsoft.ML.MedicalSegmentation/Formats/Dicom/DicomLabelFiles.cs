namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Labels as DICOM objects, by the ending of their file.</summary>
public static class DicomLabelFiles
{
    /// <summary>The ending of structure sets.</summary>
    public const string StructureSetEnding = ".rtstruct.dcm";

    /// <summary>The ending of segmentations.</summary>
    public const string SegmentationEnding = ".dcm";

    /// <summary>True for a path that names a DICOM object.</summary>
    public static bool IsDicom(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.EndsWith(SegmentationEnding, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Writes labels as a structure set (.rtstruct.dcm) or segmentation (any other .dcm); the file is whole or absent.</summary>
    /// <param name="labels">What to write.</param>
    /// <param name="path">Where; a file that is there is replaced.</param>
    /// <param name="algorithm">The model that made the labels; null names only this library.</param>
    /// <param name="source">The series that the labels are of; null takes <see cref="SourceOf"/>.</param>
    /// <exception cref="ArgumentException">The labels cannot be such an object.</exception>
    public static void Save(LabelVolume labels, string path, DicomAlgorithm? algorithm, DicomSeries? source = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(path);
        source ??= SourceOf(labels);
        if (path.EndsWith(StructureSetEnding, StringComparison.OrdinalIgnoreCase))
        {
            DicomStructureSet.Write(labels, path, new() { Source = source, Algorithm = algorithm });
        }
        else
        {
            DicomSegmentation.Write(labels, path, new() { Source = source, Algorithm = algorithm });
        }
    }

    /// <summary>The DICOM series that labels were made from; null if they were made from another format, or the files are gone.</summary>
    /// <exception cref="VolumeFormatException">The files of the series have been damaged since.</exception>
    public static DicomSeries? SourceOf(LabelVolume labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Voxels.Header is not { Format: "DICOM", Source: { } path })
        {
            return null;
        }

        var folder = path.LastIndexOf('#') is > 0 and var end && !Path.Exists(path) ? path[..end] : path;
        return Path.Exists(folder) ? DicomSeries.Open(path) : null;
    }
}
