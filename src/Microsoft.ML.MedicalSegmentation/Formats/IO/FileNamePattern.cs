using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Formats.IO;

/// <summary>File names with a number in them, as C's printf writes them: "slice%03d.raw".</summary>
internal static class FileNamePattern
{
    private const int LargestWidth = 32;

    /// <summary>The name with its number; null if the pattern has no %d, or several.</summary>
    public static string? Format(string pattern, long number)
    {
        var start = pattern.IndexOf('%');
        var end = start < 0 ? -1 : pattern.IndexOfAny(['d', 'i', 'u'], start);
        if (end < 0 || pattern.IndexOf('%', start + 1) >= 0)
        {
            return null;
        }

        var width = 0;
        var spec = pattern[(start + 1)..end];
        if (spec.Length > 0 && (!int.TryParse(spec, NumberStyles.None, CultureInfo.InvariantCulture, out width) || width > LargestWidth))
        {
            return null;
        }

        var digits = number.ToString(CultureInfo.InvariantCulture);
        return pattern[..start] + digits.PadLeft(width, spec.StartsWith('0') ? '0' : ' ') + pattern[(end + 1)..];
    }
}
