using System.Text;
using Microsoft.ML.MedicalSegmentation.Datasets;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What a check of a data set found.</summary>
public sealed record DatasetReport
{
    /// <summary>Name and version of the JSON form.</summary>
    public string Schema { get; init; } = "medseg-dataset-report/1";

    /// <summary>Name of the data set.</summary>
    public required string Dataset { get; init; }

    /// <summary>What was seen of every case, those for testing last.</summary>
    public required IReadOnlyList<CaseSummary> Cases { get; init; }

    /// <summary>Label values and how often they occur, in cases that are not for testing.</summary>
    public required IReadOnlyList<ClassFrequency> Classes { get; init; }

    /// <summary>What was found, the worst first.</summary>
    public required IReadOnlyList<DatasetFinding> Findings { get; init; }

    /// <summary>What planning needs to know; null if no image can be read.</summary>
    public required DatasetFingerprint? Fingerprint { get; init; }

    /// <summary>The worst severity; null if nothing was found.</summary>
    public FindingSeverity? Worst => Findings.Count == 0 ? null : Findings.Max(finding => finding.Severity);

    /// <summary>How many findings are of a severity.</summary>
    public int Count(FindingSeverity severity) => Findings.Count(finding => finding.Severity == severity);

    /// <summary>Writes the report as a JSON file; the file is whole or absent.</summary>
    public void Save(string path) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(ToJson())));

    /// <summary>The report as JSON, without the fingerprint, which has a form of its own.</summary>
    public string ToJson() => ReportJson.Write(this with { Fingerprint = null });

    /// <summary>Cases and findings in one line.</summary>
    public override string ToString() =>
        $"{Dataset}: {Number(Cases.Count, "case")}, {Number(Count(FindingSeverity.Error), "error")}, "
        + $"{Number(Count(FindingSeverity.Warning), "warning")}, {Number(Count(FindingSeverity.Note), "note")}";

    private static string Number(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
