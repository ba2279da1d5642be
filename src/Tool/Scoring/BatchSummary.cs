using System.Globalization;
using MedSeg.Jobs;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace MedSeg.Scoring;

/// <summary>The result of a batch, one row per case.</summary>
/// <param name="Results">What became of each case.</param>
/// <param name="ModelDigest">SHA-256 of the model's file.</param>
/// <param name="Seconds">Time taken.</param>
internal sealed record BatchSummary(IReadOnlyList<CaseResult> Results, string ModelDigest, double Seconds)
{
    /// <summary>Cases that were scored now.</summary>
    public int Scored => Results.Count(result => result.Status == CaseResult.Scored);

    /// <summary>Cases whose result was there already.</summary>
    public int Skipped => Results.Count(result => result.Status == CaseResult.Skipped);

    /// <summary>Cases without a result.</summary>
    public int Failed => Results.Count(result => result.IsFailed);

    /// <summary>Fails if a summary cannot be written, before anything is computed.</summary>
    /// <exception cref="ArgumentException">The ending is not .json or .csv.</exception>
    public static void RequireFormat(string? path)
    {
        if (path is not null && Path.GetExtension(path).ToLowerInvariant() is not (".json" or ".csv"))
        {
            throw new ArgumentException($"--summary is '{path}'. The file ends in .json or .csv.");
        }
    }

    /// <summary>Prints each case as soon as it is done.</summary>
    /// <param name="batch">The cases.</param>
    /// <param name="count">How many there are.</param>
    /// <returns>All of them.</returns>
    public static List<CaseResult> Follow(IEnumerable<CaseResult> batch, int count)
    {
        var results = new List<CaseResult>();
        foreach (var result in batch)
        {
            results.Add(result);
            var of = $"{results.Count}/{count} {result.Case}: ";
            if (result.Error is { } error)
            {
                Report.Problem(of + error);
                continue;
            }

            var flag = result.Quality is { LookAtIt: true } unusual
                ? $" LOOK AT THIS ONE: {unusual.Feature} is unusual (p = {unusual.PValue:0.00})"
                : "";
            Report.Step($"{of}{result.Output}{(result.Status == CaseResult.Skipped ? " (unchanged, skipped)" : "")}{flag}");
        }

        return results;
    }

    /// <summary>Prints the batch and writes it to a file.</summary>
    /// <param name="path">The file, whole or absent; null for none.</param>
    /// <param name="asJson">Whether JSON is printed.</param>
    /// <param name="sentence">What is printed otherwise.</param>
    /// <returns>What the process returns.</returns>
    public int Finish(string? path, bool asJson, string sentence)
    {
        if (path is not null)
        {
            var isJson = Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase);
            WholeFile.Write(path, isJson ? Report.ToJson(ToObject()) + "\n" : ToCsv());
        }

        if (asJson)
        {
            Report.Json(ToObject());
        }
        else
        {
            Report.Line(sentence);
        }

        return Failed == 0 ? ExitCode.Success
            : Results is [{ Status: CaseResult.FailedInternally }] ? ExitCode.InternalFault
            : Results.Count == 1 ? ExitCode.BadInput
            : ExitCode.SomeFailed;
    }

    private object ToObject() =>
        new
        {
            model = ModelDigest,
            seconds = Seconds,
            scored = Scored,
            skipped = Skipped,
            failed = Failed,
            cases = Results,
        };

    private string ToCsv() =>
        CsvText.Of([
            ["case", "output", "status", "warnings", "seconds", "error"],
            .. Results.Select(one => (string[])
                [
                    one.Case,
                    one.Output ?? "",
                    one.Status,
                    string.Join(" | ", one.Warnings),
                    one.Seconds.ToString("0.###", CultureInfo.InvariantCulture),
                    one.Error ?? "",
                ]),
        ]);
}
