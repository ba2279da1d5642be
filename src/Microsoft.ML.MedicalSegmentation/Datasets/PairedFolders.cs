using Microsoft.ML.MedicalSegmentation.Checks;

namespace Microsoft.ML.MedicalSegmentation.Datasets;

/// <summary>Pairs images and labels of two folders by their file names.</summary>
internal static class PairedFolders
{
    public static SegmentationDataset Read(
        string imageFolder,
        string labelFolder,
        IReadOnlyList<LabelClass> classes,
        string imageSuffix,
        string labelSuffix,
        List<string>? kept = null
    )
    {
        var images = VolumesIn(imageFolder);
        var labels = VolumesIn(labelFolder);
        var faults = new List<string>();
        var cases = Pair(
            ChannelFiles.Group(images, imageSuffix, channels: 0, CaseNames(labels, labelSuffix), faults),
            labels,
            labelSuffix,
            faults
        );
        var usable = CaseChecks.Settle($"{imageFolder} with {labelFolder}", cases, classes, faults, kept);
        return new(NameOf(imageFolder), usable.Cases, [.. usable.Classes.OrderBy(c => c.Value)]);
    }

    /// <summary>Cases of one folder of images.</summary>
    public static SegmentationDataset ReadUnlabelled(string imageFolder, List<string>? kept = null)
    {
        var faults = new List<string>();
        var cases = ChannelFiles.Group(VolumesIn(imageFolder), "", channels: 0, new HashSet<string>(), faults);
        var usable = CaseChecks.Settle(imageFolder, cases, [], faults, kept);
        return new(NameOf(imageFolder), usable.Cases);
    }

    /// <summary>The names of the cases that labels belong to.</summary>
    public static IReadOnlySet<string> CaseNames(IEnumerable<string> labels, string labelSuffix) =>
        labels
            .Select(VolumeFileName.Stem)
            .Where(stem => stem.EndsWith(labelSuffix, StringComparison.Ordinal))
            .Select(stem => stem[..^labelSuffix.Length])
            .ToHashSet();

    /// <summary>The cases with their label files; a case or label without partner is a fault.</summary>
    public static List<SegmentationCase> Pair(
        IReadOnlyList<SegmentationCase> cases, IReadOnlyList<string> labels, string labelSuffix, List<string> faults)
    {
        var byCase = new Dictionary<string, string>();
        foreach (var path in labels)
        {
            var stem = VolumeFileName.Stem(path);
            if (!stem.EndsWith(labelSuffix, StringComparison.Ordinal))
            {
                faults.Add($"'{path}' does not end in '{labelSuffix}' as label names must. Rename it, or give another suffix.");
            }
            else if (!byCase.TryAdd(stem[..^labelSuffix.Length], path))
            {
                faults.Add($"'{path}' and '{byCase[stem[..^labelSuffix.Length]]}' are labels of the same case; keep one.");
            }
        }

        var paired = new List<SegmentationCase>();
        foreach (var image in cases)
        {
            if (byCase.Remove(image.Id, out var label))
            {
                paired.Add(image with { LabelPath = label });
            }
            else
            {
                paired.Add(image);
                faults.Add($"The image '{image.ImagePaths[0]}' has no label file named '{image.Id}{labelSuffix}'.");
            }
        }

        faults.AddRange(byCase.Select(left => $"The label '{left.Value}' has no image named '{left.Key}'."));
        return paired;
    }

    private static string NameOf(string imageFolder) =>
        Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(imageFolder).TrimEnd(Path.DirectorySeparatorChar))) is { Length: > 0 } name
            ? name
            : imageFolder;

    private static IReadOnlyList<string> VolumesIn(string folder)
    {
        ExistingPath.RequireFolder(folder);
        var volumes = VolumeFileName.VolumesIn(folder);
        return volumes.Count > 0
            ? volumes
            : throw new InputDataException(
                $"The folder '{folder}' has no volumes: no file ends in "
                    + $"{string.Join(", ", VolumeFileName.Endings)}, and there are no subfolders."
            );
    }
}
