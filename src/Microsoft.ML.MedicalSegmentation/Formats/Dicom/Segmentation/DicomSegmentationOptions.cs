namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How a segmentation object is written.</summary>
public sealed record DicomSegmentationOptions
{
    /// <summary>The images that were segmented. Patient and study are copied from them, and each frame refers to its slice.</summary>
    /// <value>Default null: an object on its own, with an empty patient and a new study.</value>
    public DicomSeries? Source { get; init; }

    /// <summary>The structures, one for each label that occurs.</summary>
    /// <value>Default empty: one for each class of the labels, or each value that occurs, coded as tissue.</value>
    public IReadOnlyList<DicomSegment> Segments { get; init; } = [];

    /// <summary>How voxels are kept.</summary>
    /// <value><see cref="DicomSegmentationType.Binary"/> (default; every viewer reads it) or <see cref="DicomSegmentationType.LabelMap"/>.</value>
    public DicomSegmentationType Type { get; init; } = DicomSegmentationType.Binary;

    /// <summary>Whether binary frames without a voxel are left out.</summary>
    /// <value>Default false: the file then gives back the grid as it was.</value>
    public bool OmitEmptyFrames { get; init; }

    /// <summary>Series Description; at most 64 characters.</summary>
    /// <value>Default "Segmentation".</value>
    public string SeriesDescription { get; init; } = "Segmentation";

    /// <summary>Series Number.</summary>
    /// <value>Default 300.</value>
    public int SeriesNumber { get; init; } = 300;

    /// <summary>Content Label: capitals, digits, space and underscore, 1 to 16 characters.</summary>
    /// <value>Default "SEGMENTATION".</value>
    public string ContentLabel { get; init; } = "SEGMENTATION";

    /// <summary>Text from which all identifiers are derived, so that the same labels give the same file.</summary>
    /// <value>Default null: new random identifiers each time.</value>
    public string? Seed { get; init; }

    /// <summary>Date and time of the object.</summary>
    /// <value>Default null: now. Set it together with <see cref="Seed"/> for files that are the same byte for byte.</value>
    public DateTime? Created { get; init; }

    /// <summary>Fails for options out of range, all at once.</summary>
    internal void Validate()
    {
        var faults = new List<string>();
        if (Type == DicomSegmentationType.Fractional)
        {
            faults.Add($"{nameof(Type)} is Fractional, which labels are not; use Binary or LabelMap");
        }

        if (SeriesDescription.Length > 64 || SeriesDescription.Any(c => c == '\\' || char.IsControl(c)))
        {
            faults.Add($"{nameof(SeriesDescription)} has {SeriesDescription.Length} characters; at most 64, without backslashes");
        }

        if (ContentLabel.Length is 0 or > 16 || ContentLabel.Any(c => !(char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c is ' ' or '_')))
        {
            faults.Add($"{nameof(ContentLabel)} is '{ContentLabel}'; 1 to 16 capitals, digits, spaces and underscores");
        }

        foreach (var segment in Segments)
        {
            if (segment.Number is < 1 or > ushort.MaxValue || segment.Label.Length is 0 or > 64 || segment.Label.Any(c => c == '\\' || char.IsControl(c)))
            {
                faults.Add($"segment {segment.Number} '{segment.Label}' must have a number from 1 to 65,535 and a label of 1 to 64 characters without backslashes");
            }

            if (segment.AlgorithmName is { Length: > 64 } || (segment.AlgorithmType != DicomAlgorithmType.Manual && string.IsNullOrWhiteSpace(segment.AlgorithmName)))
            {
                faults.Add($"segment {segment.Number} must name its algorithm in at most 64 characters, as it is not drawn by hand");
            }

            faults.AddRange(segment.Category.Faults($"category of segment {segment.Number}"));
            faults.AddRange(segment.Type.Faults($"type of segment {segment.Number}"));
        }

        if (Segments.Select(s => s.Number).Distinct().Count() < Segments.Count)
        {
            faults.Add("two segments have the same number");
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException($"The segmentation options are wrong: {string.Join("; ", faults)}.");
        }
    }
}
