using Microsoft.ML.MedicalSegmentation.Checks;

namespace Microsoft.ML.MedicalSegmentation.Datasets;

/// <summary>Reads cases from a table with column names in its first line.</summary>
internal static class CaseTable
{
    /// <summary>Reads a table; columns that are null are found by the names in use (<see cref="CaseColumns"/>).</summary>
    public static SegmentationDataset Read(
        string path,
        IReadOnlyList<string>? imageColumns,
        string? labelColumn,
        string? caseColumn,
        string? groupColumn,
        IReadOnlyList<LabelClass> classes,
        List<string>? kept = null
    )
    {
        ExistingPath.RequireFile(path);
        if (imageColumns is { Count: 0 })
        {
            throw new ArgumentException("No image column is named; name at least one.", nameof(imageColumns));
        }

        var rows = Parse(path);
        var names = rows.Count == 0 ? [] : rows[0].Fields;
        var faults = new List<string>();
        var columns = CaseColumns.Find(names, imageColumns, labelColumn, caseColumn, groupColumn, faults);
        CaseChecks.ThrowIfAny(path, faults);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
        var (named, unnamed) = (new List<SegmentationCase>(), new List<SegmentationCase>());
        foreach (var (line, fields) in rows.Skip(1))
        {
            if (fields.Length != names.Length)
            {
                faults.Add($"Line {line} has {fields.Length} fields; the first line names {names.Length}.");
            }
            else if (
                columns
                    .Images.Append(columns.Label)
                    .Where(column => column >= 0 && !ListPaths.IsPath(fields[column]))
                    .Select(column => names[column])
                    .ToList() is
                { Count: > 0 } empty
            )
            {
                faults.Add($"Line {line} has nothing in column {string.Join(", ", empty)}.");
            }
            else
            {
                var name = Field(columns.Case);
                (name is null ? unnamed : named).Add(Case(name));
            }

            string? Field(int column) => column >= 0 && fields[column].Length > 0 ? fields[column] : null;

            SegmentationCase Case(string? name)
            {
                var listed = columns.Images.Select(column => ListPaths.Resolve(fields[column], folder)).ToList();
                var paths = listed.Count == 1 ? ChannelFiles.Find(listed[0], channels: 0) : listed;
                var label = Field(columns.Label) is { } text ? ListPaths.Resolve(text, folder) : null;
                return new(
                    name ?? (listed.Count == 1 && paths.Count > 1 ? VolumeFileName.Stem(listed[0]) : CaseNaming.NameOf(paths, label)),
                    paths,
                    label
                )
                {
                    Group = Field(columns.Group),
                };
            }
        }

        if (rows.Count < 2)
        {
            faults.Add("There are no rows below the column names.");
        }

        var usable = CaseChecks.Settle(path, [.. named, .. CaseNaming.Distinguish(unnamed)], classes, faults, kept);
        return new(
            Path.GetFileNameWithoutExtension(path),
            usable.Cases,
            [.. usable.Classes.OrderBy(c => c.Value)],
            columns.Images.Count > 1 ? [.. columns.Images.Select(column => names[column])] : []
        );
    }

    internal static List<(int Line, string[] Fields)> Parse(string path)
    {
        var text = ListText.Read(path);

        // Excel reads "sep=;" as the delimiter of the lines below.
        var stated =
            text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && text.Length > 4 && text.AsSpan(5).TrimStart('\r') is ['\n', ..]
                ? text[4]
                : (char?)null;
        var table = stated is null ? text : text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..];
        var first = table.AsSpan(0, Math.Max(0, table.IndexOf('\n', StringComparison.Ordinal)));
        try
        {
            return DelimitedText.Parse(
                table,
                stated
                    ?? (
                        first.Contains('\t') ? '\t'
                        : first.Contains(';') && !first.Contains(',') ? ';'
                        : ','
                    )
            );
        }
        catch (InputDataException fault)
        {
            throw new InputDataException($"{path}: {fault.Message}", fault);
        }
    }
}
