namespace MedSeg.Scoring;

/// <summary>The image series of a DICOM study, wherever they lie below its folder.</summary>
internal static class SeriesFolders
{
    /// <summary>One case a series, named by its folder; by folder and series number where a folder holds several.</summary>
    /// <remarks>Segmentations are passed over.</remarks>
    public static IReadOnlyList<SegmentationCase> Find(string folder)
    {
        var series = DicomSeries.Find(folder).Where(one => !one.IsSegmentation).ToList();
        return [.. series.GroupBy(one => Path.GetDirectoryName(one.Files[0]) ?? folder)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .SelectMany(group => group.Count() == 1
                ? [new SegmentationCase(Name(folder, group.Key), [group.Key], null)]
                : group.Select(one => new SegmentationCase($"{Name(folder, group.Key)}_{one.Number ?? one.Uid}", [$"{group.Key}#{one.Uid}"], null)))];
    }

    private static string Name(string root, string folder)
    {
        var relative = Path.GetRelativePath(root, folder);
        return relative == "." ? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root))) : relative.Replace(Path.DirectorySeparatorChar, '_');
    }
}
