namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Uploads;

/// <summary>Gives the files of an upload plain names of their own, which keep the ending and, for pairs of files, the stem.</summary>
internal sealed class UploadNames
{
    private const int LongestName = 80;

    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A name for a file that the client calls so.</summary>
    public string Next(string? given)
    {
        var last = (given ?? "").Split('/', '\\')[^1];
        var plain = new string([.. last.Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')]).TrimStart('.');
        plain = plain.Length == 0 ? "upload" : plain.Length <= LongestName ? plain : plain[^LongestName..].TrimStart('.');
        var name = plain;
        for (var i = 1; !_taken.Add(name); i++)
        {
            name = $"{i}-{plain}";
        }

        return name;
    }
}
