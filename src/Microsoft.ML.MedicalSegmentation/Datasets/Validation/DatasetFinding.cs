namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Something about a data set that its owner should know.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Code">What it is, one of <see cref="Datasets.Validation.FindingCodes"/>; the same in every version.</param>
/// <param name="CaseId">The case; null if the finding is about the whole data set.</param>
/// <param name="File">The file to look at; null if it is no single file.</param>
/// <param name="Message">What was found, with numbers, and what to do.</param>
public sealed record DatasetFinding(FindingSeverity Severity, string Code, string? CaseId, string? File, string Message)
{
    /// <summary>Severity, case and message in one line.</summary>
    public override string ToString() => $"{Severity} {Code}{(CaseId is null ? "" : $" {CaseId}")}: {Message}";
}
