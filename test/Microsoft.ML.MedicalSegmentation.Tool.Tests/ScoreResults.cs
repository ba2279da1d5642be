using System.Text.Json;

namespace MedSeg;

/// <summary>What `medseg score` leaves and prints.</summary>
internal static class ScoreResults
{
    /// <summary>Names of the files in a folder, sorted.</summary>
    public static string[] Names(string folder) =>
        [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>"CASE STATUS" of each case, of a run with --json.</summary>
    public static string[] Statuses(ProgramRun run)
    {
        using var result = JsonDocument.Parse(run.Output);
        return
        [
            .. result
                .RootElement.GetProperty("cases")
                .EnumerateArray()
                .Select(one => $"{one.GetProperty("case").GetString()} {one.GetProperty("status").GetString()}"),
        ];
    }
}
