namespace Microsoft.ML.MedicalSegmentation.Datasets;

/// <summary>Names cases by their files where a list names none.</summary>
internal static class CaseNaming
{
    private const int MostFolders = 16;

    private static readonly char[] Separators = ['_', '-', '.', ' '];

    /// <summary>
    /// What the names of the channel files have in common or, where they share nothing, the name of the label file or of the folder.
    /// </summary>
    /// <param name="images">At least one file.</param>
    /// <param name="label">The label file; null where there is none.</param>
    public static string NameOf(IReadOnlyList<string> images, string? label)
    {
        var stems = images.Select(VolumeFileName.Stem).ToList();
        var labelStem = label is null ? null : VolumeFileName.Stem(label);
        var numbered = stems.Select(VolumeFileName.SplitChannel).ToList();
        var channelCase = numbered.TrueForAll(split => split is not null && split.Value.Case == numbered[0]?.Case)
            ? numbered[0]?.Case
            : null;
        if (images.Count == 1)
        {
            return channelCase is not null && channelCase == labelStem ? channelCase : stems[0];
        }

        string?[] names =
        [
            channelCase,
            CommonStart(stems),
            CommonEnd(stems),
            labelStem,
            Path.GetFileName(Path.GetDirectoryName(images[0])),
        ];
        return names.FirstOrDefault(name => !string.IsNullOrEmpty(name)) ?? stems[0];
    }

    /// <summary>
    /// Puts the names of parent folders before names that several cases of different files have, such as p1_scan and p2_scan.
    /// </summary>
    /// <remarks>A case that is listed twice keeps its name twice, which is a fault of the list.</remarks>
    public static List<SegmentationCase> Distinguish(IReadOnlyList<SegmentationCase> cases)
    {
        var named = cases.ToList();
        for (var depth = 1; depth <= MostFolders; depth++)
        {
            var repeated = named.Select((one, index) => (one, index)).GroupBy(pair => pair.one.Id)
                .Where(same => same.DistinctBy(pair => string.Join('\n', pair.one.ImagePaths)).Count() > 1)
                .SelectMany(same => same).ToList();
            if (repeated.Count == 0)
            {
                break;
            }

            foreach (var (_, index) in repeated)
            {
                named[index] = cases[index] with { Id = WithParents(cases[index], depth) };
            }
        }

        return named;
    }

    private static string WithParents(SegmentationCase one, int depth)
    {
        var folders = one.ImagePaths[0].Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries)[..^1];
        return string.Join('_', folders.TakeLast(depth).Append(one.Id));
    }

    // Up to the last separator, as "t1" and "t2" do not belong to a case "t".
    private static string CommonStart(List<string> names)
    {
        var length = 0;
        while (names.TrueForAll(name => length < name.Length && name[length] == names[0][length]))
        {
            length++;
        }

        return names.TrueForAll(name => name.Length == length) ? names[0]
            : names[0][..(names[0].AsSpan(0, length).LastIndexOfAny(Separators) + 1)].Trim(Separators);
    }

    private static string CommonEnd(List<string> names)
    {
        var end = CommonStart([.. names.Select(name => new string([.. name.Reverse()]))]);
        return new([.. end.Reverse()]);
    }
}
