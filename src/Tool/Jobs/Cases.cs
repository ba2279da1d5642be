namespace MedSeg.Jobs;

/// <summary>Turns what users name on the command line into cases.</summary>
internal static class Cases
{
    /// <summary>Cases of volumes, DICOM folders, or one manifest (dataset.json, table, or a data set folder).</summary>
    public static SegmentationDataset Of(MLContext context, IReadOnlyList<string> inputs)
    {
        if (inputs.Count == 1 && IsManifest(inputs[0]))
        {
            return context.MedicalSegmentation().Data.Read(inputs[0]);
        }

        return new("input", [.. inputs.Select(path => new SegmentationCase(NameOf(path), [path], null))]);
    }

    /// <summary>Shuffles by seed and cuts off a part for testing; cases of one group, such as a patient, stay together.</summary>
    /// <param name="dataset">All cases.</param>
    /// <param name="testCount">How many go to the second part; fewer where a group does not fit, and at least one group.</param>
    /// <param name="seed">Decides which.</param>
    public static (SegmentationDataset Training, SegmentationDataset Test) Split(SegmentationDataset dataset, int testCount, int seed)
    {
        var groups = dataset.Cases.GroupBy(c => c.Group is { } group ? $"group {group}" : $"case {c.Id}").Select(group => group.ToArray()).ToArray();
        new Random(seed).Shuffle(groups);
        var (training, test) = (new List<SegmentationCase>(), new List<SegmentationCase>());
        foreach (var group in groups)
        {
            (test.Count + group.Length <= testCount ? test : training).AddRange(group);
        }

        // Groups that are all larger than the part: the smallest of several is nearest to what was asked for.
        if (test.Count == 0 && testCount > 0 && groups.Length > 1)
        {
            test.AddRange(groups.MinBy(group => group.Length) ?? []);
            training.RemoveAll(test.Contains);
        }

        return (dataset.WithCases(training), dataset.WithCases(test));
    }

    private static bool IsManifest(string path)
        => Path.GetExtension(path).ToLowerInvariant() is ".json" or ".csv" or ".tsv"
            || File.Exists(Path.Combine(path, "dataset.json")) || Directory.Exists(Path.Combine(path, "imagesTr"));

    // "scan.nii.gz" is case "scan".
    private static string NameOf(string path)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        var ending = VolumeFormats.All.SelectMany(format => format.Extensions)
            .Where(extension => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(extension => extension.Length)
            .FirstOrDefault() ?? "";
        return name[..^ending.Length];
    }
}
