namespace Microsoft.ML.MedicalSegmentation.Datasets;

/// <summary>Reads cases from a table with column names in its first line.</summary>
internal static class CaseTable
{
    public static SegmentationDataset Read(
        string path, IReadOnlyList<string> imageColumns, string? labelColumn, string? caseColumn, IReadOnlyList<LabelClass> classes, List<string>? kept = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no file '{path}'. Check the path; relative ones start at '{Directory.GetCurrentDirectory()}'.", path);
        }

        if (imageColumns.Count == 0)
        {
            throw new ArgumentException("No image column is named; name at least one.", nameof(imageColumns));
        }

        var rows = Parse(path);
        var names = rows.Count == 0 ? [] : rows[0].Fields;
        var faults = new List<string>();
        var images = imageColumns.Select(name => Find(names, name, required: true, faults)).ToList();
        var label = Find(names, labelColumn ?? "label", required: labelColumn is not null, faults);
        var id = Find(names, caseColumn ?? "case", required: caseColumn is not null, faults);
        CaseChecks.ThrowIfAny(path, faults);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
        var cases = new List<SegmentationCase>();
        foreach (var (line, fields) in rows.Skip(1))
        {
            if (fields.Length != names.Length)
            {
                faults.Add($"Line {line} has {fields.Length} fields; the first line names {names.Length}.");
                continue;
            }

            var empty = images.Append(label).Where(column => column >= 0 && fields[column].Length == 0).Select(column => names[column]).ToList();
            if (empty.Count > 0)
            {
                faults.Add($"Line {line} has nothing in column {string.Join(", ", empty)}.");
                continue;
            }

            string[] paths = [.. images.Select(column => Path.GetFullPath(fields[column], folder))];
            var name = id >= 0 && fields[id].Length > 0 ? fields[id] : VolumeFileName.Stem(paths[0]);
            cases.Add(new(name, paths, label >= 0 ? Path.GetFullPath(fields[label], folder) : null));
        }

        if (rows.Count < 2)
        {
            faults.Add("There are no rows below the column names.");
        }

        var usable = CaseChecks.Settle(path, cases, classes, faults, kept);
        return new(Path.GetFileNameWithoutExtension(path), usable.Cases, [.. usable.Classes.OrderBy(c => c.Value)], imageColumns.Count > 1 ? imageColumns : []);
    }

    private static List<(int Line, string[] Fields)> Parse(string path)
    {
        var text = File.ReadAllText(path);
        var first = text.AsSpan(0, Math.Max(0, text.IndexOf('\n')));
        try
        {
            return DelimitedText.Parse(text, first.Contains('\t') ? '\t' : first.Contains(';') && !first.Contains(',') ? ';' : ',');
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidDataException($"{path}: {fault.Message}", fault);
        }
    }

    private static int Find(string[] names, string name, bool required, List<string> faults)
    {
        var index = Array.FindIndex(names, candidate => candidate.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (index < 0 && required)
        {
            faults.Add($"There is no column '{name}'. Columns: {string.Join(", ", names)}.");
        }

        return index;
    }
}
