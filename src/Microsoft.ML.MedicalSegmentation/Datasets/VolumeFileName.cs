using System.Text.RegularExpressions;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Pairs;

namespace Microsoft.ML.MedicalSegmentation.Datasets;

/// <summary>What file names tell: the ending of a volume format, the case, the channel.</summary>
internal static partial class VolumeFileName
{
    /// <summary>The endings of all formats, the longest first, such as ".nii.gz" before ".gz".</summary>
    public static IReadOnlyList<string> Endings => EndingsOf(VolumeFormats.All);

    /// <summary>The file name without folder and without the ending of a volume format.</summary>
    public static string Stem(string path)
    {
        var name = Path.GetFileName(path.TrimEnd('/', '\\'));
        var ending = Endings.FirstOrDefault(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
        return ending is null ? name : name[..^ending.Length];
    }

    /// <summary>Takes nnU-Net's channel number, four digits after an underscore, off a stem.</summary>
    /// <returns>The case and its channel; null if the stem has no number.</returns>
    public static (string Case, int Channel)? SplitChannel(string stem)
        => ChannelNumber().Match(stem) is { Success: true } match
            ? (stem[..match.Index], int.Parse(match.Groups[1].ValueSpan))
            : null;

    /// <summary>The volumes of a folder: files with the ending of a format or, where there are none, subfolders (DICOM series).</summary>
    /// <remarks>
    /// Pictures count where there is nothing else, as they may be previews of volumes. Names that start with a dot are left
    /// out: file systems put their own records there.
    /// </remarks>
    public static IReadOnlyList<string> VolumesIn(string folder)
    {
        foreach (var formats in VolumeFormats.All.GroupBy(format => format.IsImage).OrderBy(group => group.Key))
        {
            var endings = EndingsOf(formats);
            var files = WithoutHidden(Directory.EnumerateFiles(folder)
                .Where(path => endings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))));
            if (files.Count > 0)
            {
                return files;
            }
        }

        return WithoutHidden(Directory.EnumerateDirectories(folder));

        static IReadOnlyList<string> WithoutHidden(IEnumerable<string> paths)
            => [.. paths.Where(path => !Path.GetFileName(path).StartsWith('.')).Order(StringComparer.Ordinal)];
    }

    private static IReadOnlyList<string> EndingsOf(IEnumerable<IVolumeFormat> formats) =>
        [
            .. formats
                .SelectMany(format =>
                    format is IHeaderDataPairFormat detached ? format.Extensions.Concat(detached.HeaderExtensions) : format.Extensions
                )
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .OrderByDescending(ending => ending.Length),
        ];

    [GeneratedRegex("_([0-9]{4})$")]
    private static partial Regex ChannelNumber();
}
