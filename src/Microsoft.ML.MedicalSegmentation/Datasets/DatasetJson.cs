using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.Checks;

namespace Microsoft.ML.MedicalSegmentation.Datasets;

/// <summary>Reads dataset.json as the Medical Segmentation Decathlon, nnU-Net (1 and 2) and MONAI write it.</summary>
internal static class DatasetJson
{
    private static readonly string[] TrainingKeys = ["training", "train"];
    private static readonly string[] TestKeys = ["test", "testing", "validation", "val"];

    public static SegmentationDataset Read(string path, List<string>? kept = null)
    {
        ExistingPath.RequireFile(path);
        using var document = Parse(path);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new InputDataException(
                $"{path} holds a JSON {root.ValueKind}; a dataset.json is an object with \"labels\" and \"training\" or \"file_ending\"."
            );
        }

        var faults = new List<string>(RepeatedKeys(root));
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
        var channels = DatasetJsonNames.ReadChannels(root, faults);
        var isMapped = root.TryGetProperty("dataset", out var mapped) && mapped.ValueKind == JsonValueKind.Object;
        var trainingKey = isMapped ? null : TrainingKeys.FirstOrDefault(key => root.TryGetProperty(key, out _));

        // MONAI's lists need not name classes.
        var regions = DatasetJsonRegions.Read(root, faults);
        var classes =
            regions.Count > 0
                ? DatasetJsonRegions.ClassesOf(root, regions, faults)
                : DatasetJsonNames.ReadClasses(root, isRequired: trainingKey is null, faults);
        var entries = new DatasetJsonCases(folder, channels.Count, faults);
        var cases = isMapped ? entries.Mapped(mapped)
            : trainingKey is not null ? entries.Listed(root.GetProperty(trainingKey), trainingKey)
            : ReadScanned(root, folder, channels.Count, faults);
        faults.AddRange(
            (isMapped || trainingKey is not null ? cases : [])
                .Where(c => c.LabelPath is null)
                .Select(c => $"The training case '{c.Id}' names no label.")
        );
        if (
            root.TryGetProperty("numTraining", out var count)
            && count.ValueKind == JsonValueKind.Number
            && count.TryGetInt32(out var announced)
            && announced != cases.Count
        )
        {
            faults.Add($"\"numTraining\" is {announced}, but there are {cases.Count} training cases.");
        }

        var testCases = CaseNaming.Distinguish([
            .. TestKeys.Where(key => root.TryGetProperty(key, out _)).SelectMany(key => entries.Listed(root.GetProperty(key), key)),
        ]);
        faults.AddRange(kept is null ? CaseChecks.FindMissingFiles(testCases) : []);
        var usable = CaseChecks.Settle(path, cases, classes, faults, kept);
        var name = root.TryGetProperty("name", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        return new(string.IsNullOrWhiteSpace(name) ? Path.GetFileName(folder) : name, usable.Cases, usable.Classes, channels, testCases)
        {
            Regions = regions,
        };
    }

    // Of channels, a fault of its own says more. JSON's readers take the last of equal keys, which may not be what was meant.
    private static IEnumerable<string> RepeatedKeys(JsonElement root) =>
        new[] { ("the file", root) }
            .Concat(root.EnumerateObject().Where(one => one.Name is "labels" or "dataset").Select(one => ($"\"{one.Name}\"", one.Value)))
            .Where(part => part.Item2.ValueKind == JsonValueKind.Object)
            .SelectMany(part => part.Item2.EnumerateObject()
                .CountBy(one => one.Name)
                .Where(key => key.Value > 1)
                .Select(key => $"{part.Item1} has the key \"{key.Key}\" {key.Value} times. Keep one of them."));

    private static JsonDocument Parse(string path)
    {
        try
        {
            return JsonDocument.Parse(
                ListText.Read(path),
                new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip }
            );
        }
        catch (JsonException fault)
        {
            throw new InputDataException($"{path} is not valid JSON: {fault.Message} Correct the file at that place.", fault);
        }
    }

    private static List<SegmentationCase> ReadScanned(JsonElement root, string folder, int channels, List<string> faults)
    {
        var ending = root.TryGetProperty("file_ending", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        var (images, labels) = (Path.Combine(folder, "imagesTr"), Path.Combine(folder, "labelsTr"));
        if (string.IsNullOrWhiteSpace(ending))
        {
            faults.Add(
                "There is neither \"training\" (Decathlon, MONAI) nor \"dataset\" or \"file_ending\" "
                    + "(nnU-Net), so no case can be found. Add one of them."
            );
            return [];
        }

        var missing = new[] { images, labels }.Where(needed => !Directory.Exists(needed)).ToList();
        if (missing.Count > 0)
        {
            faults.AddRange(missing.Select(needed => $"There is no folder '{needed}'; nnU-Net keeps its cases there."));
            return [];
        }

        var labelFiles = FilesIn(labels, ending);
        var cases = ChannelFiles.Group(FilesIn(images, ending), "", channels, PairedFolders.CaseNames(labelFiles, ""), faults);
        return PairedFolders.Pair(cases, labelFiles, "", faults);
    }

    private static IReadOnlyList<string> FilesIn(string folder, string ending)
        => [.. Directory.EnumerateFiles(folder)
            .Where(path => path.EndsWith(ending, StringComparison.Ordinal) && !Path.GetFileName(path).StartsWith('.'))
            .Order(StringComparer.Ordinal)];
}
