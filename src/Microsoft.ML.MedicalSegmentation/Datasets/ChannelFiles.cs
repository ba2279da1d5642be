namespace Microsoft.ML.MedicalSegmentation.Datasets;

/// <summary>Groups image files into cases: files whose names differ only in nnU-Net's channel number belong together.</summary>
internal static class ChannelFiles
{
    /// <summary>Cases with their files in the order of channels, without labels.</summary>
    /// <param name="paths">Image files.</param>
    /// <param name="suffix">What names have after the case's name and before the channel number; names without it are faults.</param>
    /// <param name="channels">How many channels every case has; 0 where unknown.</param>
    /// <param name="caseNames">
    /// Names of cases, which labels have: in the name of an image that is one of them, a number at the end is no channel (patient_0001).
    /// </param>
    /// <param name="faults">Receives what is wrong.</param>
    public static List<SegmentationCase> Group(
        IEnumerable<string> paths,
        string suffix,
        int channels,
        IReadOnlySet<string> caseNames,
        List<string> faults
    )
    {
        var files = paths
            .Select(path => (Path: path, Stem: VolumeFileName.Stem(path)))
            .Select(file =>
                (
                    file.Path,
                    Split: IsCase(file.Stem) ? (file.Stem, Channel: -1) : VolumeFileName.SplitChannel(file.Stem) ?? (file.Stem, Channel: -1)
                )
            )
            .ToList();
        var cases = new List<SegmentationCase>();
        foreach (var group in files.GroupBy(file => file.Split.Item1).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var ordered = group.OrderBy(file => file.Split.Channel).ToList();
            if (!group.Key.EndsWith(suffix, StringComparison.Ordinal))
            {
                faults.Add($"'{ordered[0].Path}' does not end in '{suffix}' as image names must. Rename it, or give another suffix.");
                continue;
            }

            CheckNumbers(group.Key, ordered[0].Path, [.. ordered.Select(file => file.Split.Channel)], channels, faults);
            cases.Add(new(group.Key[..^suffix.Length], [.. ordered.Select(file => file.Path)], LabelPath: null));
        }

        return cases;

        bool IsCase(string stem) => stem.EndsWith(suffix, StringComparison.Ordinal) && caseNames.Contains(stem[..^suffix.Length]);
    }

    /// <summary>
    /// The files of a listed image: itself or, where it is not there, the channel files x_0000, x_0001, ... that nnU-Net 1 makes of x.
    /// </summary>
    /// <param name="path">As listed.</param>
    /// <param name="channels">How many channels every case has; 0 where unknown.</param>
    public static IReadOnlyList<string> Find(string path, int channels)
    {
        var stem = VolumeFileName.Stem(path);
        var name = Path.GetFileName(path);
        string Channel(int number) => Path.Combine(Path.GetDirectoryName(path) ?? "", $"{stem}_{number:0000}{name[stem.Length..]}");
        if (ListPaths.Exists(path) || !Path.Exists(Channel(0)))
        {
            return [path];
        }

        var found = 1;
        while (Path.Exists(Channel(found)) && (channels == 0 || found < channels))
        {
            found++;
        }

        var wanted = channels == 0 || (found == 1 && ChannelsOf(Channel(0)) == channels) ? found : channels;
        return [.. Enumerable.Range(0, wanted).Select(Channel)];
    }

    /// <summary>The channels of one file, such as 3 of a picture in colour; null where it cannot be read.</summary>
    public static int? ChannelsOf(string path)
    {
        try
        {
            return VolumeFormats.ReadHeader(path).Shape.Channels;
        }
        catch (Exception fault) when (IsOfTheFile(fault))
        {
            return null;
        }
    }

    /// <summary>Whether a fault of reading says that the file, not this program, is to blame.</summary>
    public static bool IsOfTheFile(Exception fault) =>
        fault
            is IOException
                or UnauthorizedAccessException
                or NotSupportedException
                or ArgumentException
                or MedicalSegmentationException
                or InvalidOperationException;

    private static void CheckNumbers(string name, string path, List<int> numbers, int channels, List<string> faults)
    {
        var wanted = channels > 0 ? channels : numbers.Count;
        if (numbers.SequenceEqual(Enumerable.Range(0, wanted)) || (wanted == 1 && numbers is [-1]))
        {
            return;
        }

        // A picture in colour holds all channels in one file.
        if (numbers is [0] or [-1] && ChannelsOf(path) is { } held && (held == channels || held > 1))
        {
            if (held != channels)
            {
                faults.Add(
                    $"'{path}' holds {held} channels; the data set names {channels}. Name as many channels, or give one file with "
                        + "them, or one file per channel."
                );
            }

            return;
        }

        var found = string.Join(", ", numbers.Select(number => number < 0 ? "one without number" : $"_{number:0000}"));
        faults.Add(
            $"The case '{name}' has the channel files {found}; it needs {(wanted == 1 ? "_0000" : $"_0000 to _{wanted - 1:0000}")}, "
                + "each once. Where the number is part of the case's name, the label file must have the same name."
        );
    }
}
