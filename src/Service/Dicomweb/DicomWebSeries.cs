namespace Microsoft.ML.MedicalSegmentation.AspNetCore;

/// <summary>A series that a DICOMweb server has.</summary>
/// <param name="Study">Study Instance UID.</param>
/// <param name="Uid">Series Instance UID.</param>
/// <param name="Modality">"CT", "MR", "SEG", ...; empty where the server does not say.</param>
/// <param name="Description">The operator's words; empty where there are none. Free text: may hold what should not be logged.</param>
/// <param name="Instances">How many objects; null where the server does not say.</param>
public sealed record DicomWebSeries(string Study, string Uid, string Modality, string Description, int? Instances)
{
    // Series without pixels to segment.
    private static readonly string[] Others = ["SEG", "RTSTRUCT", "RTPLAN", "RTDOSE", "SR", "PR", "KO", "REG", "DOC", "OT", ""];

    /// <summary>True for a series of images.</summary>
    public bool IsImage => !Others.Contains(Modality);
}
