using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace MedSeg.Scoring;

/// <summary>Volume files of a folder, found by their endings. DICOM files are not among them: a folder of them is a series.</summary>
internal static class VolumeFiles
{
    /// <summary>The endings, for messages.</summary>
    public static string Endings => string.Join(", ", All.SelectMany(format => format.Extensions).Distinct());

    private static IEnumerable<IVolumeFormat> All => VolumeFormats.All.Where(format => !format.Extensions.Contains(".dcm"));

    /// <summary>
    /// The volumes of a folder, sorted by name; pictures only where there is nothing else, as they may be previews of volumes.
    /// </summary>
    public static IReadOnlyList<string> In(string folder)
    {
        string[] files =
        [
            .. Directory.EnumerateFiles(folder).Where(path => !Path.GetFileName(path).StartsWith('.')).Order(StringComparer.Ordinal),
        ];
        return All.GroupBy(format => format.IsImage)
                .OrderBy(group => group.Key)
                .Select(formats => files.Where(path => formats.Any(format => HasEnding(path, format))).ToArray())
                .FirstOrDefault(volumes => volumes.Length > 0)
            ?? [];
    }

    /// <summary>The file or folder name without the ending of a volume format.</summary>
    public static string Stem(string path)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        var ending = VolumeFormats.All.SelectMany(format => format.Extensions)
            .Where(extension => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
            .MaxBy(extension => extension.Length) ?? "";
        return name[..^ending.Length];
    }

    private static bool HasEnding(string path, IVolumeFormat format)
        => format.Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase));
}
