namespace MedSeg.Scoring;

/// <summary>What became of one case.</summary>
/// <param name="Case">Name of the case.</param>
/// <param name="Status">scored, skipped or failed.</param>
/// <param name="Output">The file of labels; null for a failed case.</param>
/// <param name="Warnings">What the library warned of.</param>
/// <param name="Seconds">Time taken.</param>
/// <param name="Error">What went wrong and what to do; null unless failed.</param>
internal sealed record CaseResult(string Case, string Status, string? Output, IReadOnlyList<string> Warnings, double Seconds, string? Error)
{
    public const string Scored = "scored";

    public const string Skipped = "skipped";

    public const string Failed = "failed";

    /// <summary>
    /// Whether a person should look at the result; null if the model has no quality flag, or the case was not scored now.
    /// </summary>
    public QualityFlag? Quality { get; init; }
}
