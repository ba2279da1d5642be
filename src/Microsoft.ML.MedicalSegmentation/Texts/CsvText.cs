namespace Microsoft.ML.MedicalSegmentation.Texts;

/// <summary>Texts of CSV files (RFC 4180).</summary>
internal static class CsvText
{
    /// <summary>Rows of cells as lines.</summary>
    public static string Of(IEnumerable<IEnumerable<string>> rows)
        => string.Concat(rows.Select(row => $"{string.Join(',', row.Select(Quoted))}\n"));

    // In quotation marks where it has a comma, a quotation mark or a line's end.
    private static string Quoted(string cell) =>
        cell.AsSpan().ContainsAny(",\"\r\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
