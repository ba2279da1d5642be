using System.Text.Json.Serialization;
using MedSeg.Terminal;

namespace MedSeg.Scoring;

/// <summary>What became of one case.</summary>
/// <param name="Case">Name of the case.</param>
/// <param name="Status">scored, skipped, failed, or "failed (internal)" for a fault of the program.</param>
/// <param name="Output">The file of labels; null for a failed case.</param>
/// <param name="Warnings">What the library warned of.</param>
/// <param name="Seconds">Time taken.</param>
/// <param name="Error">What went wrong and what to do; null unless failed.</param>
internal sealed record CaseResult(string Case, string Status, string? Output, IReadOnlyList<string> Warnings, double Seconds, string? Error)
{
    public const string Scored = "scored";

    public const string Skipped = "skipped";

    public const string Failed = "failed";

    public const string FailedInternally = "failed (internal)";

    /// <summary>True if the case has no result, whoever is to blame.</summary>
    [JsonIgnore]
    public bool IsFailed => Status is Failed or FailedInternally;

    /// <summary>
    /// Whether a person should look at the result; null if the model has no quality flag, or the case was not scored now.
    /// </summary>
    public QualityFlag? Quality { get; init; }

    /// <summary>The result of a case that failed. Of a fault of the program, standard error gets what there is to report.</summary>
    /// <param name="one">The case.</param>
    /// <param name="fault">What happened.</param>
    /// <param name="warnings">What the library warned of.</param>
    /// <param name="seconds">Time taken.</param>
    public static CaseResult OfFault(SegmentationCase one, Exception fault, IReadOnlyList<string> warnings, double seconds)
    {
        if (!Blame.IsOfTheData(fault))
        {
            Report.Fault($"{one.Id}: {Blame.Describe(fault)}");
            var what =
                $"{one.ImagePaths[0]}: a fault in medseg, not in the data ({Blame.Innermost(fault).GetType().Name}). Report it with "
                + "the lines that standard error has of it.";
            return new(one.Id, FailedInternally, null, warnings, seconds, what);
        }

        // Faults of content do not all name the file.
        var message = Blame.MessageOf(fault);
        var isNamed = one.ImagePaths.Any(path => message.Contains(Path.GetFileName(path), StringComparison.Ordinal));
        return new(one.Id, Failed, null, warnings, seconds, isNamed ? message : $"{one.ImagePaths[0]}: {message}");
    }
}
