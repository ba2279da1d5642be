using System.Text;
using System.Text.Unicode;

namespace Microsoft.ML.MedicalSegmentation.Datasets;

/// <summary>Reads the text of lists of cases: UTF-8, UTF-16 with its mark or, as spreadsheets on Windows write it, Latin-1.</summary>
internal static class ListText
{
    /// <summary>The text of a file.</summary>
    public static string Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] || Utf8.IsValid(bytes)
            ? File.ReadAllText(path)
            : Encoding.Latin1.GetString(bytes);
    }
}
