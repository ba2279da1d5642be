namespace MedSeg.Scoring;

/// <summary>A file format that `medseg score` writes labels in.</summary>
/// <param name="Key">What users call it on the command line.</param>
/// <param name="Ending">The ending of its files.</param>
internal sealed record LabelFormat(string Key, string Ending)
{
    public static readonly LabelFormat Nifti = new("nifti", ".nii.gz");

    public static readonly LabelFormat DicomSegmentation = new("dicom-seg", ".seg.dcm");

    public static readonly LabelFormat StructureSet = new("rtstruct", DicomLabelFiles.StructureSetEnding);

    /// <summary>Every format, the default first.</summary>
    public static IReadOnlyList<LabelFormat> All { get; } =
    [
        Nifti,
        new("nrrd", ".nrrd"),
        new("metaimage", ".mha"),
        new("tiff", ".tif"),
        DicomSegmentation,
        StructureSet,
    ];

    /// <summary>True for objects that refer to the series that was scored.</summary>
    public bool NeedsSeries => DicomLabelFiles.IsDicom(Ending);

    /// <summary>The format of a key.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static LabelFormat Find(string key)
        => All.FirstOrDefault(format => format.Key.Equals(key, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"--format is '{key}'. It is one of {string.Join(", ", All.Select(format => format.Key))}.");
}
