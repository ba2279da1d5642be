namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A term of a coding scheme, such as ("10200004", "SCT", "Liver") of SNOMED CT.</summary>
/// <param name="Value">The code; 1 to 16 characters.</param>
/// <param name="Scheme">
/// The coding scheme: "SCT" for SNOMED CT, "DCM" for DICOM's own, "99..." for private ones; 1 to 16 characters.
/// </param>
/// <param name="Meaning">What it means, for people; 1 to 64 characters.</param>
public sealed record DicomCode(string Value, string Scheme, string Meaning)
{
    /// <summary>SNOMED CT "Tissue": a category and type for structures without a code.</summary>
    public static DicomCode Tissue { get; } = new("85756007", "SCT", "Tissue");

    /// <summary>SNOMED CT "Anatomical Structure": the category of organs.</summary>
    public static DicomCode AnatomicalStructure { get; } = new("123037004", "SCT", "Anatomical Structure");

    /// <summary>SNOMED CT "Morphologically Altered Structure": the category of lesions and tumours.</summary>
    public static DicomCode MorphologicallyAlteredStructure { get; } = new("49755003", "SCT", "Morphologically Altered Structure");

    internal IEnumerable<string> Faults(string what)
    {
        if (
            Value.Length is 0 or > 16
            || Scheme.Length is 0 or > 16
            || Meaning.Length is 0 or > 64
            || $"{Value}{Scheme}{Meaning}".Any(c => c is '\\' || char.IsControl(c))
        )
        {
            yield return $"the {what} ({Value}, {Scheme}, {Meaning}) must have 1 to 16, 1 to 16 "
                + "and 1 to 64 characters, without backslashes";
        }
    }
}
