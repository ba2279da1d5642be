using System.IO.Enumeration;
using Microsoft.ML.MedicalSegmentation.Checks;

namespace MedSeg.Scoring;

/// <summary>
/// Finds the cases that the arguments of `medseg score` name: files, folders, patterns, DICOM studies and lists of cases.
/// </summary>
internal static class ScoringInputs
{
    private static readonly string[] ImageFolders = ["imagesTs", "imagesTr", "images"];

    /// <summary>Cases with names of their own, in the order of the arguments.</summary>
    /// <param name="context">Reads lists of cases.</param>
    /// <param name="inputs">Paths; the last part may be a pattern with * and ?.</param>
    /// <param name="channels">Channels that the model takes; files named CASE_0000, CASE_0001, ... are grouped to that many.</param>
    /// <exception cref="FileNotFoundException">A path or pattern names nothing.</exception>
    /// <exception cref="InputDataException">A folder holds no volume, or two cases cannot be told apart by name.</exception>
    public static IReadOnlyList<SegmentationCase> Find(MLContext context, IReadOnlyList<string> inputs, int channels)
    {
        var found = inputs.SelectMany(Expand).ToList();

        // Files that are named one by one are channels of one case as well.
        var loose = found.Where(path => File.Exists(path) && !CaseList.IsListFile(path)).ToList();
        var cases = CaseNames.Distinguish(
            [.. ChannelGroups.Of(loose, channels), .. found.Except(loose).SelectMany(path => FromPath(context, path, channels))]);
        return cases.Count > 0 ? cases : throw new InputDataException("The inputs hold no case. Name volumes, folders or a list of cases.");
    }

    private static IEnumerable<string> Expand(string input)
    {
        if (Path.Exists(input) || input.IndexOfAny(['*', '?']) < 0)
        {
            return [input];
        }

        var folder = Path.GetDirectoryName(input) is { Length: > 0 } named ? named : ".";
        var pattern = Path.GetFileName(input);
        string[] matches = folder.IndexOfAny(['*', '?']) < 0 && Directory.Exists(folder)
            ? [.. Directory.EnumerateFileSystemEntries(folder)
                .Where(path => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(path)))
                .Order(StringComparer.Ordinal)]
            : [];
        return matches.Length > 0
            ? matches
            : throw new FileNotFoundException(
                $"Nothing matches '{input}'. Patterns with * and ? are allowed in the last part of a path.",
                input
            );
    }

    private static IEnumerable<SegmentationCase> FromPath(MLContext context, string path, int channels)
    {
        if (CaseList.IsList(path))
        {
            return CaseList.Read(context, path);
        }

        if (!Directory.Exists(path))
        {
            throw ExistingPath.Missing(path, "file or folder");
        }

        var images = ImageFolders.Select(name => Path.Combine(path, name)).FirstOrDefault(Directory.Exists) ?? path;
        var volumes = VolumeFiles.In(images);
        if (volumes.Count > 0)
        {
            return ChannelGroups.Of(volumes, channels);
        }

        var series = SeriesFolders.Find(path);
        return series.Count > 0
            ? series
            : throw new InputDataException(
                $"The folder '{path}' holds no volume and no DICOM series. Files are found by these endings: {VolumeFiles.Endings}."
            );
    }
}
