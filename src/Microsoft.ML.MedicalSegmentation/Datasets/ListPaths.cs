using System.Text.RegularExpressions;

namespace Microsoft.ML.MedicalSegmentation.Datasets;

/// <summary>Paths as lists of cases write them.</summary>
internal static partial class ListPaths
{
    /// <summary>The full path of an entry; lists that were written on Windows may have backslashes.</summary>
    /// <param name="entry">As listed.</param>
    /// <param name="folder">Where relative paths start: the folder of the list.</param>
    public static string Resolve(string entry, string folder)
    {
        var path = Path.GetFullPath(entry.Trim(), folder);
        return Path.DirectorySeparatorChar == '\\' || !entry.Contains('\\', StringComparison.Ordinal) || Exists(path)
            ? path
            : Path.GetFullPath(entry.Trim().Replace('\\', '/'), folder);
    }

    /// <summary>True for what may be a path at all.</summary>
    public static bool IsPath(string? entry) => !string.IsNullOrWhiteSpace(entry) && !entry.Contains('\0', StringComparison.Ordinal);

    /// <summary>True where a file or folder is there; FOLDER#UID is a DICOM series of a folder.</summary>
    public static bool Exists(string path)
        => Path.Exists(path) || (path.LastIndexOf('#') is > 0 and var end && Directory.Exists(path[..end]));

    /// <summary>Replaces $NAME and ${NAME} by environment variables, as nnU-Net does in its "dataset"; unknown ones stay.</summary>
    public static string ExpandVariables(string entry) =>
        Variable()
            .Replace(
                entry,
                match =>
                    Environment.GetEnvironmentVariable(match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value)
                    ?? match.Value
            );

    [GeneratedRegex(@"\$(?:(\w+)|\{([^}]+)\})")]
    private static partial Regex Variable();
}
