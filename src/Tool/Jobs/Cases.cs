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

    /// <summary>The same for images to learn from: a folder of folders <c>images</c> or <c>imagesTs</c> is a data set, too.</summary>
    public static SegmentationDataset WithoutLabels(MLContext context, IReadOnlyList<string> inputs)
        => inputs is [var folder] && new[] { "images", "imagesTs" }.Any(name => Directory.Exists(Path.Combine(folder, name)))
            ? context.MedicalSegmentation().Data.Read(folder)
            : Of(context, inputs);

    /// <summary>True where every case is one slice. One volume among slices makes three axes.</summary>
    public static bool ArePictures(SegmentationDataset dataset)
        => dataset.Cases.Count > 0 && dataset.Cases.All(c => VolumeFormats.ReadHeader(c.ImagePaths[0]).Shape.Depth == 1);

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
