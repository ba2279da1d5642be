using MedSeg.Jobs;

namespace MedSeg.Demo;

/// <summary>Scores with the zip alone, in a process without the training, and compares.</summary>
internal static class NewProcess
{
    /// <summary>How many cases the new process labels otherwise, by as much as one voxel or the last digit of their position.</summary>
    public static int CountDifferences(DemoFiles files, SegmentationDataset test, IReadOnlyDictionary<string, string> saved)
    {
        var list = Path.Combine(files.Folder, "test-cases.csv");
        File.WriteAllLines(list, test.Cases.Select(c => $"{Quote(c.Id)},{Quote(Path.GetFullPath(OnlyImage(c)))}").Prepend("case,image"));
        OtherProcess.Run("score", list, "--model", files.Model, "--output", files.Reloaded);
        return test.Cases.Count(c => !Same(saved[c.Id], Path.Combine(files.Reloaded, Path.GetFileName(saved[c.Id]))));
    }

    private static bool Same(string first, string second)
    {
        var (a, b) = (VolumeFormats.OpenLabels(first), VolumeFormats.OpenLabels(second));
        return a.Shape == b.Shape && a.Geometry.Equals(b.Geometry) && a.Voxels.Bytes.SequenceEqual(b.Voxels.Bytes);
    }

    private static string OnlyImage(SegmentationCase one)
        => one.ImagePaths.Count == 1
            ? one.ImagePaths[0]
            : throw new ArgumentException(
                $"Case '{one.Id}' has {one.ImagePaths.Count} image files; the demo takes data sets with one file per case. Use "
                    + "`medseg train` and `medseg score`."
            );

    private static string Quote(string value) => $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
