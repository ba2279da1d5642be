namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How a structure set is written.</summary>
public sealed record DicomStructureSetOptions() : DicomObjectOptions("Structure set", 301)
{
    /// <summary>Structure Set Label; 1 to 16 characters.</summary>
    /// <value>Default "SEGMENTATION".</value>
    public string Label { get; init; } = "SEGMENTATION";

    /// <summary>How holes are written.</summary>
    /// <value>Default <see cref="DicomHoles.Keyhole"/>.</value>
    public DicomHoles Holes { get; init; }

    private protected override IEnumerable<string> Faults()
    {
        if (Label.Length is 0 or > 16 || Label.Any(c => c == '\\' || char.IsControl(c)))
        {
            yield return $"{nameof(Label)} is '{Label}'; 1 to 16 characters without backslashes";
        }

        if (!Enum.IsDefined(Holes))
        {
            yield return $"{nameof(Holes)} is {Holes}; use {string.Join(" or ", Enum.GetNames<DicomHoles>())}";
        }

        foreach (var fault in base.Faults())
        {
            yield return fault;
        }
    }
}
