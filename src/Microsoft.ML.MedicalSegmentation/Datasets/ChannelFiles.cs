namespace Microsoft.ML.MedicalSegmentation.Datasets;

/// <summary>Groups image files into cases: files whose names differ only in nnU-Net's channel number belong together.</summary>
internal static class ChannelFiles
{
    /// <summary>Cases with their files in the order of channels, without labels.</summary>
    /// <param name="paths">Image files.</param>
    /// <param name="suffix">What names have after the case's name and before the channel number; names without it are faults.</param>
    /// <param name="channels">How many channels every case has; 0 where unknown.</param>
    /// <param name="faults">Receives what is wrong.</param>
    public static List<SegmentationCase> Group(IEnumerable<string> paths, string suffix, int channels, List<string> faults)
    {
        var files = paths.Select(path => (Path: path, Stem: VolumeFileName.Stem(path)))
            .Select(file => (file.Path, Split: VolumeFileName.SplitChannel(file.Stem) ?? (file.Stem, Channel: -1)))
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

            var numbers = ordered.Select(file => file.Split.Channel).ToList();
            var wanted = channels > 0 ? channels : numbers.Count;
            var complete = numbers.SequenceEqual(Enumerable.Range(0, wanted)) || (wanted == 1 && numbers is [-1]);
            if (!complete)
            {
                var found = string.Join(", ", numbers.Select(number => number < 0 ? "one without number" : $"_{number:0000}"));
                faults.Add($"The case '{group.Key}' has the channel files {found}; it needs {(wanted == 1 ? "_0000" : $"_0000 to _{wanted - 1:0000}")}, each once.");
            }

            cases.Add(new(group.Key[..^suffix.Length], [.. ordered.Select(file => file.Path)], LabelPath: null));
        }

        return cases;
    }
}
