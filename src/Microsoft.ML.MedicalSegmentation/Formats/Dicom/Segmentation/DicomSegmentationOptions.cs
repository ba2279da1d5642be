namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How a segmentation object is written.</summary>
public sealed record DicomSegmentationOptions() : DicomObjectOptions("Segmentation", 300)
{
    /// <summary>How voxels are kept.</summary>
    /// <value>
    /// <see cref="DicomSegmentationType.Binary"/> (default; every viewer reads it) or <see cref="DicomSegmentationType.LabelMap"/>.
    /// Ignored when probabilities are written, which are always <see cref="DicomSegmentationType.Fractional"/>.
    /// </value>
    public DicomSegmentationType Type { get; init; } = DicomSegmentationType.Binary;

    /// <summary>Whether binary and fractional frames without a voxel are left out.</summary>
    /// <value>Default false: the file then gives back the grid as it was.</value>
    public bool OmitEmptyFrames { get; init; }

    /// <summary>Content Label: capitals, digits, space and underscore, 1 to 16 characters.</summary>
    /// <value>Default "SEGMENTATION".</value>
    public string ContentLabel { get; init; } = "SEGMENTATION";

    private protected override IEnumerable<string> Faults()
    {
        if (Type == DicomSegmentationType.Fractional)
        {
            yield return $"{nameof(Type)} is Fractional, which labels are not; use Binary or LabelMap, or write probabilities";
        }

        if (
            ContentLabel.Length is 0 or > 16
            || ContentLabel.Any(c => !(char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c is ' ' or '_'))
        )
        {
            yield return $"{nameof(ContentLabel)} is '{ContentLabel}'; 1 to 16 capitals, digits, spaces and underscores";
        }

        foreach (var fault in base.Faults())
        {
            yield return fault;
        }
    }
}
