namespace MedSeg.Jobs;

/// <summary>Texts of CSV files (RFC 4180).</summary>
internal static class CsvText
{
    /// <summary>The text, in quotation marks where it has a comma, a quotation mark or a line's end.</summary>
    public static string Quoted(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
