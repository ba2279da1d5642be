using MedSeg.Terminal;

namespace MedSeg.Information;

/// <summary>Shows what a check of a data set found.</summary>
internal static class DatasetTables
{
    private const int MostFindings = 100;

    public static void Print(DatasetReport report)
    {
        Report.Table([report.Dataset, ""], Overview(report));
        if (report.Classes.Count > 0)
        {
            Report.Line();
            Report.Table(
                ["class", "voxels", "share", "cases"],
                report.Classes.Select(c => new[] { $"{c.Value} {c.Name}", $"{c.Voxels}", $"{c.Fraction:0.####%}", $"{c.Cases}" }));
        }

        if (report.Findings.Count > 0)
        {
            // What is the same in many cases is one row.
            var groups = report.Findings.GroupBy(f => (f.Severity, f.Code, f.Message)).ToList();
            Report.Line();
            Report.Table(
                ["severity", "code", "case", "finding", "file"],
                groups.Take(MostFindings).Select(same => Row([.. same], report.Cases.Count))
            );
            if (groups.Count > MostFindings)
            {
                Report.Line($"... and {groups.Count - MostFindings} more kinds of findings; --json FILE writes all.");
            }
        }

        Report.Line();
        Report.Line($"{report}.");
    }

    private static string[] Row(List<DatasetFinding> same, int cases)
        => [$"{same[0].Severity}".ToLowerInvariant(), same[0].Code, CaseOf(same, cases), same[0].Message, same[0].File ?? ""];

    private static string CaseOf(List<DatasetFinding> same, int cases)
    {
        var count = same.Select(f => f.CaseId).Distinct().Count();
        return count == 1 ? same[0].CaseId ?? "" : $"{(count == cases ? $"all {count}" : $"{count} of {cases}")}, such as {same[0].CaseId}";
    }

    private static IEnumerable<string[]> Overview(DatasetReport report)
    {
        var readable = report.Cases.Where(c => c.Shape is not null).ToList();
        yield return
        [
            "cases",
            $"{report.Cases.Count}{(report.Cases.Any(c => c.IsTest) ? $", {report.Cases.Count(c => c.IsTest)} of them for testing" : "")}",
        ];
        yield return ["images read", $"{readable.Count}"];
        yield return ["labels read", $"{report.Cases.Count(c => c.LabelVoxels is not null)}"];
        if (readable.Count == 0)
        {
            yield break;
        }

        yield return
        [
            "size",
            Ranges(
                readable.Select(c => c.Shape is { } shape ? new Vector3D(shape.Width, shape.Height, shape.Depth) : default).ToList(),
                ""
            ),
        ];
        yield return ["spacing", Ranges(readable.Select(c => c.Spacing ?? default).ToList(), " mm")];
        yield return ["orientation", Counts(readable.Select(c => c.Orientation))];
        yield return ["channels", Counts(readable.Select(c => c.Shape?.Channels))];
        yield return ["voxels", Counts(readable.Select(c => c.VoxelType))];
        if (report.Fingerprint is { } fingerprint)
        {
            yield return ["median", $"{fingerprint.MedianCroppedSize} voxels without empty margins, {fingerprint.MedianSpacing} mm"];
            foreach (var (channel, values) in fingerprint.Foreground.Index())
            {
                yield return
                [
                    $"foreground{(fingerprint.Foreground.Count == 1 ? "" : $" {channel}")}",
                    $"mean {values.Mean:0.###}, deviation {values.StandardDeviation:0.###}, {values.LowerPercentile:0.###} to "
                        + $"{values.UpperPercentile:0.###} (0.5 to 99.5 %)",
                ];
            }
        }
    }

    private static string Ranges(List<Vector3D> values, string unit)
        => string.Join(" x ", Enumerable.Range(0, 3).Select(axis => (Low: values.Min(v => v[axis]), High: values.Max(v => v[axis])))
            .Select(range => range.Low == range.High ? $"{range.Low:0.####}" : $"{range.Low:0.####}-{range.High:0.####}")) + unit;

    private static string Counts<T>(IEnumerable<T> values) =>
        string.Join(
            ", ",
            values.GroupBy(value => value).OrderByDescending(group => group.Count()).Select(group => $"{group.Key} ({group.Count()})")
        );
}
