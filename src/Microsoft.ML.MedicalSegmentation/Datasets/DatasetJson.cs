using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.Datasets;

/// <summary>Reads dataset.json as the Medical Segmentation Decathlon and nnU-Net (1 and 2) write it.</summary>
internal static class DatasetJson
{
    public static SegmentationDataset Read(string path, List<string>? kept = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no file '{path}'. Check the path; relative ones start at '{Directory.GetCurrentDirectory()}'.", path);
        }

        using var document = Parse(path);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"{path} holds a JSON {root.ValueKind}; a dataset.json is an object with \"labels\" and \"training\" or \"file_ending\".");
        }

        var faults = new List<string>();
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
        var channels = DatasetJsonNames.ReadChannels(root, faults);
        var classes = DatasetJsonNames.ReadClasses(root, faults);
        var cases = root.TryGetProperty("training", out var training)
            ? ReadListed(training, "training", folder, channels.Count, faults)
            : ReadScanned(root, folder, channels.Count, faults);
        var testCases = root.TryGetProperty("test", out var test) ? ReadListed(test, "test", folder, channels.Count, faults) : [];
        faults.AddRange(training.ValueKind == JsonValueKind.Undefined ? [] : cases.Where(c => c.LabelPath is null)
            .Select(c => $"The training case '{c.Id}' names no label."));
        if (root.TryGetProperty("numTraining", out var count) && count.ValueKind == JsonValueKind.Number && count.TryGetInt32(out var announced) && announced != cases.Count)
        {
            faults.Add($"\"numTraining\" is {announced}, but there are {cases.Count} training cases.");
        }

        faults.AddRange(kept is null ? CaseChecks.FindMissingFiles(testCases) : []);
        var usable = CaseChecks.Settle(path, cases, classes, faults, kept);
        var name = root.TryGetProperty("name", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        return new(string.IsNullOrWhiteSpace(name) ? Path.GetFileName(folder) : name, usable.Cases, usable.Classes, channels, testCases);
    }

    private static JsonDocument Parse(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonDocument.Parse(stream, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{path} is not valid JSON: {fault.Message} Correct the file at that place.", fault);
        }
    }

    private static List<SegmentationCase> ReadListed(JsonElement list, string key, string folder, int channels, List<string> faults)
    {
        var cases = new List<SegmentationCase>();
        if (list.ValueKind != JsonValueKind.Array)
        {
            faults.Add($"\"{key}\" is a JSON {list.ValueKind}; it must be an array of cases.");
            return cases;
        }

        foreach (var (index, entry) in list.EnumerateArray().Index())
        {
            var image = entry.ValueKind == JsonValueKind.Object ? Text(entry, "image") : Text(entry);
            if (string.IsNullOrWhiteSpace(image))
            {
                faults.Add($"\"{key}\"[{index}] names no image; it must be a path, or an object with \"image\" and \"label\".");
                continue;
            }

            var label = entry.ValueKind == JsonValueKind.Object ? Text(entry, "label") : null;
            var path = Path.GetFullPath(image, folder);
            var stem = VolumeFileName.Stem(path);
            cases.Add(new(stem, ChannelPaths(path, channels), label is null ? null : Path.GetFullPath(label, folder)));
        }

        return cases;
    }

    // nnU-Net 1 lists "x.nii.gz" where the files are x_0000.nii.gz, x_0001.nii.gz, ...
    private static IReadOnlyList<string> ChannelPaths(string path, int channels)
    {
        var stem = VolumeFileName.Stem(path);
        var name = Path.GetFileName(path);
        string Channel(int number) => Path.Combine(Path.GetDirectoryName(path) ?? "", $"{stem}_{number:0000}{name[stem.Length..]}");
        return Path.Exists(path) || !Path.Exists(Channel(0))
            ? [path]
            : [.. Enumerable.Range(0, Math.Max(channels, 1)).Select(Channel)];
    }

    private static List<SegmentationCase> ReadScanned(JsonElement root, string folder, int channels, List<string> faults)
    {
        var ending = Text(root, "file_ending");
        var (images, labels) = (Path.Combine(folder, "imagesTr"), Path.Combine(folder, "labelsTr"));
        if (string.IsNullOrWhiteSpace(ending))
        {
            faults.Add("There is neither \"training\" (Decathlon) nor \"file_ending\" (nnU-Net), so no case can be found. Add one of them.");
            return [];
        }

        var missing = new[] { images, labels }.Where(needed => !Directory.Exists(needed)).ToList();
        if (missing.Count > 0)
        {
            faults.AddRange(missing.Select(needed => $"There is no folder '{needed}'; nnU-Net keeps its cases there."));
            return [];
        }

        return PairedFolders.Pair(ChannelFiles.Group(FilesIn(images, ending), "", channels, faults), FilesIn(labels, ending), "", faults);
    }

    private static IReadOnlyList<string> FilesIn(string folder, string ending)
        => [.. Directory.EnumerateFiles(folder)
            .Where(path => path.EndsWith(ending, StringComparison.Ordinal) && !Path.GetFileName(path).StartsWith('.'))
            .Order(StringComparer.Ordinal)];

    private static string? Text(JsonElement parent, string key) => parent.TryGetProperty(key, out var value) ? Text(value) : null;

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
