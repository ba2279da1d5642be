using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.Datasets;

/// <summary>Reads the names of classes and channels from dataset.json, in either direction in which they are written.</summary>
internal static class DatasetJsonNames
{
    /// <summary>"labels": { "1": "liver" } (Decathlon, nnU-Net 1) or { "liver": 1 } (nnU-Net 2).</summary>
    public static IReadOnlyList<LabelClass> ReadClasses(JsonElement root, List<string> faults)
    {
        if (!root.TryGetProperty("labels", out var labels) || labels.ValueKind != JsonValueKind.Object)
        {
            faults.Add("There is no \"labels\" object; it must name the value of every class, such as { \"background\": 0, \"liver\": 1 }.");
            return [];
        }

        var classes = new List<LabelClass>();
        foreach (var label in labels.EnumerateObject())
        {
            if (label.Value.ValueKind == JsonValueKind.Number && label.Value.TryGetInt32(out var value))
            {
                classes.Add(new(value, label.Name));
            }
            else if (label.Value.ValueKind == JsonValueKind.String && int.TryParse(label.Name, out value))
            {
                classes.Add(new(value, label.Value.GetString() ?? ""));
            }
            else
            {
                faults.Add($"\"labels\" has \"{label.Name}\": {label.Value.GetRawText()}; a class is one name and one whole number. Groups of values (nnU-Net's regions) are not supported: give each value a class.");
            }
        }

        return [.. classes.OrderBy(c => c.Value)];
    }

    /// <summary>"channel_names" (nnU-Net 2) or "modality" (Decathlon, nnU-Net 1): { "0": "T1" }.</summary>
    public static IReadOnlyList<string> ReadChannels(JsonElement root, List<string> faults)
    {
        var key = root.TryGetProperty("channel_names", out var channels) ? "channel_names" : "modality";
        if (key == "modality" && !root.TryGetProperty(key, out channels))
        {
            return [];
        }

        if (channels.ValueKind != JsonValueKind.Object)
        {
            faults.Add($"\"{key}\" is a JSON {channels.ValueKind}; it must be an object such as {{ \"0\": \"T1\" }}.");
            return [];
        }

        if (channels.EnumerateObject().GroupBy(channel => channel.Name).FirstOrDefault(same => same.Count() > 1) is { } repeated)
        {
            faults.Add($"\"{key}\" has the key \"{repeated.Key}\" {repeated.Count()} times; every channel needs a number of its own, from 0.");
            return [];
        }

        var names = channels.EnumerateObject().ToDictionary(channel => channel.Name, channel => channel.Value.ToString());
        var ordered = Enumerable.Range(0, names.Count).Select(i => names.GetValueOrDefault($"{i}")).ToList();
        if (ordered.Contains(null))
        {
            faults.Add($"\"{key}\" has the keys {string.Join(", ", names.Keys)}; they must be 0 to {names.Count - 1}.");
            return [];
        }

        return [.. ordered.OfType<string>()];
    }
}
