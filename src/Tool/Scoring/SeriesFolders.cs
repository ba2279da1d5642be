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
            .SelectMany(group => Cases(folder, group.Key, [.. group]))];
    }

    private static IEnumerable<SegmentationCase> Cases(string root, string folder, IReadOnlyList<DicomSeries> series)
    {
        var name = Name(root, folder);
        if (series.Count == 1)
        {
            return [new(name, [folder], null)];
        }

        var numbered = series.All(one => one.Number is not null) && series.DistinctBy(one => one.Number).Count() == series.Count;
        return series.Select(one => new SegmentationCase($"{name}_{(numbered ? one.Number : one.Uid)}", [$"{folder}#{one.Uid}"], null));
    }

    private static string Name(string root, string folder)
    {
        var relative = Path.GetRelativePath(root, folder);
        return relative == "."
            ? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)))
            : relative.Replace(Path.DirectorySeparatorChar, '_');
    }
}
