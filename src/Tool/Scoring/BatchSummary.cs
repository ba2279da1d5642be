using System.Globalization;
using System.Text;
using MedSeg.Jobs;
using MedSeg.Terminal;

namespace MedSeg.Scoring;

/// <summary>The result of a batch, one row per case, as JSON or CSV.</summary>
internal static class BatchSummary
{
    /// <summary>The batch as JSON has it.</summary>
    public static object ToObject(IReadOnlyList<CaseResult> results, string modelDigest, double seconds) => new
    {
        model = modelDigest,
        seconds,
        scored = results.Count(r => r.Status == CaseResult.Scored),
        skipped = results.Count(r => r.Status == CaseResult.Skipped),
        failed = results.Count(r => r.IsFailed),
        cases = results,
    };

    /// <summary>Fails if a summary cannot be written, before anything is computed.</summary>
    /// <exception cref="ArgumentException">The ending is not .json or .csv.</exception>
    public static void RequireFormat(string? path)
    {
        if (path is not null && Path.GetExtension(path).ToLowerInvariant() is not (".json" or ".csv"))
        {
            throw new ArgumentException($"--summary is '{path}'. The file ends in .json or .csv.");
        }
    }

    /// <summary>Writes the summary; the file is whole or absent.</summary>
    public static void Write(string path, IReadOnlyList<CaseResult> results, string modelDigest, double seconds)
    {
        var isJson = Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase);
        WholeFile.Write(path, isJson ? Report.ToJson(ToObject(results, modelDigest, seconds)) + "\n" : ToCsv(results));
    }

    private static string ToCsv(IReadOnlyList<CaseResult> results)
    {
        var text = new StringBuilder("case,output,status,warnings,seconds,error\n");
        foreach (var one in results)
        {
            text.AppendJoin(
                    ',',
                    new[]
                    {
                        one.Case,
                        one.Output ?? "",
                        one.Status,
                        string.Join(" | ", one.Warnings),
                        one.Seconds.ToString("0.###", CultureInfo.InvariantCulture),
                        one.Error ?? "",
                    }.Select(Quote)
                )
                .Append('\n');
        }

        return text.ToString();
    }

    private static string Quote(string cell)
        => cell.IndexOfAny([',', '"', '\n', '\r']) < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
