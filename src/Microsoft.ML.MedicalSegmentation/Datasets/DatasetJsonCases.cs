using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.Datasets;

/// <summary>Reads the cases that a dataset.json lists, in every form that is in use.</summary>
/// <remarks>
/// An entry is a path, or an object with "image" (a path, or a path per channel; "images" as well), "label" and, for the patient, one of
/// "group", "patient", "patient_id", "subject", "subject_id".
/// </remarks>
/// <param name="folder">Where relative paths start.</param>
/// <param name="channels">How many channels the data set names; 0 where unknown.</param>
/// <param name="faults">Receives what is wrong.</param>
internal sealed class DatasetJsonCases(string folder, int channels, List<string> faults)
{
    private static readonly string[] ImageKeys = ["image", "images"];
    private static readonly string[] GroupKeys = ["group", "patient", "patient_id", "subject", "subject_id"];

    /// <summary>The cases of an array, as Decathlon, nnU-Net 1 and MONAI write them.</summary>
    /// <param name="list">The array.</param>
    /// <param name="key">Its name, for faults.</param>
    public List<SegmentationCase> Listed(JsonElement list, string key)
    {
        var cases = new List<SegmentationCase>();
        if (list.ValueKind != JsonValueKind.Array)
        {
            faults.Add($"\"{key}\" is a JSON {list.ValueKind}; it must be an array of cases.");
            return cases;
        }

        foreach (var (index, entry) in list.EnumerateArray().Index())
        {
            if (Read(entry, $"\"{key}\"[{index}]", name: null, text => text) is { } one)
            {
                cases.Add(one);
            }
        }

        return CaseNaming.Distinguish(cases);
    }

    /// <summary>The cases of an object that maps names to files, nnU-Net 2's "dataset".</summary>
    public List<SegmentationCase> Mapped(JsonElement map) =>
        [
            .. map.EnumerateObject()
                .Select(entry => Read(entry.Value, $"\"dataset\": \"{entry.Name}\"", entry.Name, ListPaths.ExpandVariables))
                .OfType<SegmentationCase>(),
        ];

    private SegmentationCase? Read(JsonElement entry, string place, string? name, Func<string, string> expand)
    {
        var isObject = entry.ValueKind == JsonValueKind.Object;
        var images = isObject ? ImageKeys.Select(key => Texts(entry, key)).FirstOrDefault(texts => texts.Count > 0) ?? [] : Texts(entry);
        if (images.Count == 0 || !images.All(ListPaths.IsPath))
        {
            faults.Add(
                $"{place} names no image; it must be a path, or an object with \"image\" (a path, or "
                    + "a list of a path per channel) and \"label\"."
            );
            return null;
        }

        var labels = isObject ? Texts(entry, "label") : [];
        if (labels.Count > 1 || !labels.All(ListPaths.IsPath))
        {
            faults.Add($"{place} names {labels.Count} label files; it must name one. Merge label files into one first.");
            return null;
        }

        IReadOnlyList<string> paths = images.Count == 1
            ? ChannelFiles.Find(ListPaths.Resolve(expand(images[0]), folder), channels)
            : [.. images.Select(image => ListPaths.Resolve(expand(image), folder))];
        var label = labels.Count == 0 ? null : ListPaths.Resolve(expand(labels[0]), folder);
        var id = string.IsNullOrWhiteSpace(name) ? NameOf(images, paths, label) : name;
        CheckChannels(id, paths);
        return new(id, paths, label) { Group = isObject ? Group(entry) : null };
    }

    // The name of a listed image is the case's, whatever its channel files are called.
    private static string NameOf(IReadOnlyList<string> images, IReadOnlyList<string> paths, string? label)
        => images.Count == 1 && paths.Count > 1 ? VolumeFileName.Stem(images[0].Replace('\\', '/')) : CaseNaming.NameOf(paths, label);

    private void CheckChannels(string id, IReadOnlyList<string> paths)
    {
        if (channels > 0 && paths.Count > 1 && paths.Count != channels)
        {
            faults.Add(
                $"The case '{id}' has {paths.Count} image files; the data set names {channels} "
                    + "channels. List one file per channel, in their order."
            );
        }
    }

    private static string? Group(JsonElement entry) =>
        GroupKeys
            .Select(key =>
                entry.TryGetProperty(key, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number
                    ? value.ToString()
                    : null
            )
            .FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));

    private static IReadOnlyList<string> Texts(JsonElement parent, string key) =>
        parent.TryGetProperty(key, out var value) ? Texts(value) : [];

    private static IReadOnlyList<string> Texts(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString() ?? ""],
            JsonValueKind.Array =>
            [
                .. value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString() ?? "" : ""),
            ],
            _ => [],
        };
}
