using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Datasets;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>
/// Reads folders named after classes, <c>class/file.png</c>, or <c>part/class/file.png</c> with parts named train, val and test.
/// </summary>
internal static class ImageFolders
{
    private const int Shown = 20;

    private static readonly string[] PartNames = ["train", "training", "val", "valid", "validation", "test", "testing"];

    public static ClassificationDataset Read(string path)
    {
        ExistingPath.RequireFolder(path);
        var folders = FoldersIn(path);
        var parts = folders.Where(IsPart).ToList();
        var faults = new List<string>();
        if (parts.Count > 0 && parts.Count < folders.Count)
        {
            faults.Add(
                $"{string.Join(", ", parts.Select(NameOf))} are parts of data, and "
                    + $"{string.Join(", ", folders.Except(parts).Select(NameOf).Take(Shown))} are not. Put "
                    + $"classes into every part, or into '{path}' itself."
            );
        }

        List<ClassifiedImage> images = parts.Count > 0
            ? [.. parts.SelectMany(part => ImagesOf(part, NameOf(part), faults))]
            : [.. ImagesOf(path, null, faults)];
        AddClassFaults(path, images, parts.Count > 0, faults);
        return faults.Count == 0
            ? new(NameOf(path), images)
            : throw new InputDataException(
                $"The folder '{path}' is no set of classified "
                    + $"images:{string.Concat(faults.Take(Shown).Select(fault => $"{Environment.NewLine}- {fault}"))}"
                    + $"{(faults.Count > Shown ? $"{Environment.NewLine}and {faults.Count - Shown} more." : "")}"
            );
    }

    private static bool IsPart(string folder) =>
        PartNames.Contains(NameOf(folder), StringComparer.OrdinalIgnoreCase) && FoldersIn(folder).Count > 0;

    private static IEnumerable<ClassifiedImage> ImagesOf(string folder, string? part, List<string> faults)
    {
        foreach (var ofClass in FoldersIn(folder))
        {
            var files = VolumeFileName.VolumesIn(ofClass);
            if (files.Count == 0)
            {
                faults.Add(
                    $"'{ofClass}' holds no image: no file ends in "
                        + $"{string.Join(", ", VolumeFileName.Endings)}. Remove the folder, or put images there."
                );
            }

            foreach (var file in files)
            {
                yield return new(file, NameOf(ofClass), part);
            }
        }
    }

    private static void AddClassFaults(string path, List<ClassifiedImage> images, bool hasParts, List<string> faults)
    {
        var classes = images.Select(image => image.Label).Distinct().Count();
        if (classes < 2)
        {
            faults.Add(
                $"There {(classes == 1 ? "is 1 class" : "are no classes")}; a classification needs at least 2, each a folder of "
                    + $"images such as '{Path.Combine(path, hasParts ? "train" : "", "normal")}'."
            );
        }

        var trained = images
            .Where(image => image.Part?.StartsWith("train", StringComparison.OrdinalIgnoreCase) == true)
            .Select(image => image.Label)
            .ToHashSet();
        var unknown = images.Select(image => image.Label).Where(label => trained.Count > 0 && !trained.Contains(label)).Distinct().ToList();
        if (unknown.Count > 0)
        {
            faults.Add(
                $"The part for training has no images of {string.Join(", ", unknown)}, which other "
                    + "parts have. Name classes alike in all parts."
            );
        }
    }

    private static List<string> FoldersIn(string folder)
        => [.. Directory.EnumerateDirectories(folder).Where(path => !NameOf(path).StartsWith('.')).Order(StringComparer.Ordinal)];

    private static string NameOf(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
}
