using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What segmentation objects, structure sets and reports have in common when they are written.</summary>
public abstract record DicomObjectOptions
{
    private protected DicomObjectOptions(string description, int number) => (SeriesDescription, SeriesNumber) = (description, number);

    /// <summary>The images that were segmented. Patient and study are copied from them, and the object refers to each of them.</summary>
    /// <value>Default null: an object on its own, with an empty patient and a new study.</value>
    public DicomSeries? Source { get; init; }

    /// <summary>The structures, one for each label that occurs.</summary>
    /// <value>
    /// Default empty: one for each class of the labels, or each value that occurs, coded by <see cref="LabelClass.Code"/>, else by
    /// <see cref="DicomSegmentCodes.Find"/>, else as tissue.
    /// </value>
    public IReadOnlyList<DicomSegment> Segments { get; init; } = [];

    /// <summary>The model that drew the segments.</summary>
    /// <value>Default null: segments name their own <see cref="DicomSegment.AlgorithmName"/>.</value>
    public DicomAlgorithm? Algorithm { get; init; }

    /// <summary>Series Description; at most 64 characters.</summary>
    public string SeriesDescription { get; init; }

    /// <summary>Series Number, 0 or more.</summary>
    public int SeriesNumber { get; init; }

    /// <summary>Text from which all identifiers are derived, so that the same labels give the same file.</summary>
    /// <value>Default null: new random identifiers each time.</value>
    public string? Seed { get; init; }

    /// <summary>Series Instance UID that the object gets; null without <see cref="Seed"/>, where it is random.</summary>
    public string? SeriesUid => Seed is null ? null : new DicomUid(Seed).Make("series");

    /// <summary>Date and time of the object.</summary>
    /// <value>Default null: now. Set it together with <see cref="Seed"/> for files that are the same byte for byte.</value>
    public DateTime? Created { get; init; }

    /// <summary>Fails for options out of range, all at once.</summary>
    internal void Validate()
    {
        var faults = Faults().ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException($"The options of the DICOM object are wrong: {string.Join("; ", faults)}.");
        }
    }

    private protected virtual IEnumerable<string> Faults()
    {
        if (SeriesDescription.Length > 64 || SeriesDescription.Any(c => c == '\\' || char.IsControl(c)))
        {
            yield return $"{nameof(SeriesDescription)} has {SeriesDescription.Length} characters; at most 64, without backslashes";
        }

        if (SeriesNumber < 0)
        {
            yield return $"{nameof(SeriesNumber)} is {SeriesNumber}; it must be 0 or more";
        }

        foreach (var fault in Algorithm?.Faults() ?? [])
        {
            yield return fault;
        }

        foreach (var fault in Segments.SelectMany(segment => segment.Faults()))
        {
            yield return fault;
        }

        if (Segments.Select(s => s.Number).Distinct().Count() < Segments.Count)
        {
            yield return "two segments have the same number";
        }
    }
}
