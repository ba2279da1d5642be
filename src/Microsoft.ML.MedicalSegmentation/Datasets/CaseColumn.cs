using Microsoft.ML.MedicalSegmentation.Checks;

namespace Microsoft.ML.MedicalSegmentation.Datasets;

/// <summary>Reads one column of a table by case, such as the scanner or the patient.</summary>
internal static class CaseColumn
{
    public static IReadOnlyDictionary<string, string> Read(string path, string column, string caseColumn)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(column);
        ExistingPath.RequireFile(path, "table");
        var rows = CaseTable.Parse(path);
        var names = rows.Count == 0 ? [] : rows[0].Fields;
        var (wanted, id, image) = (IndexOf(names, column), IndexOf(names, caseColumn), IndexOf(names, "image"));
        if (wanted < 0 || (id < 0 && image < 0))
        {
            throw new InputDataException(
                $"{path} needs the columns '{column}' and '{caseColumn}' (or 'image'); it has {string.Join(", ", names)}."
            );
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (line, fields) in rows.Skip(1))
        {
            if (fields.Length != names.Length)
            {
                throw new InputDataException($"{path}: line {line} has {fields.Length} fields; the first line names {names.Length}.");
            }

            var name = id >= 0 && fields[id].Length > 0 ? fields[id] : VolumeFileName.Stem(fields[image]);
            if (!values.TryAdd(name, fields[wanted]))
            {
                throw new InputDataException($"{path}: line {line} names the case '{name}' once more. Each case has one line.");
            }
        }

        return values;
    }

    private static int IndexOf(string[] names, string name) =>
        Array.FindIndex(names, candidate => candidate.Equals(name, StringComparison.OrdinalIgnoreCase));
}
