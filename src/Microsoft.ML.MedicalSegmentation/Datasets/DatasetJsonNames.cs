using System.Globalization;
using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.Datasets;

/// <summary>Reads the names of classes and channels from dataset.json, in either direction in which they are written.</summary>
internal static class DatasetJsonNames
{
    // nnU-Net's name of voxels that are in no class.
    private const string IgnoredName = "ignore";

    /// <summary>
    /// "labels": { "1": "liver" } (Decathlon, nnU-Net 1), { "liver": 1 } (nnU-Net 2) or [ "background", "liver" ]; "ignore" is no class.
    /// </summary>
    /// <param name="root">The file's object.</param>
    /// <param name="isRequired">Whether it is a fault that no classes are named.</param>
    /// <param name="faults">Receives what is wrong.</param>
    public static IReadOnlyList<LabelClass> ReadClasses(JsonElement root, bool isRequired, List<string> faults)
    {
        var isThere = root.TryGetProperty("labels", out var labels);
        if (!isThere && !isRequired)
        {
            return [];
        }

        if (!isThere || labels.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
        {
            faults.Add(
                "There is no \"labels\" object; it must name the value of every class, such as { \"background\": 0, \"liver\": 1 }."
            );
            return [];
        }

        var classes = (labels.ValueKind == JsonValueKind.Array ? FromArray(labels, faults) : FromObject(labels, faults))
            .OrderBy(c => c.Value)
            .ToList();
        if (classes.Find(c => c.IsIgnored && c.Value == 0) is not null)
        {
            faults.Add("\"labels\" has \"ignore\": 0; the ignored value must be above those of the classes, and 0 is the background.");
        }

        return classes;
    }

    /// <summary>"channel_names" (nnU-Net 2) or "modality" (Decathlon, nnU-Net 1, MONAI): { "0": "T1" } or [ "T1" ].</summary>
    public static IReadOnlyList<string> ReadChannels(JsonElement root, List<string> faults)
    {
        var key = root.TryGetProperty("channel_names", out var channels) ? "channel_names" : "modality";
        if (key == "modality" && (!root.TryGetProperty(key, out channels) || channels.ValueKind == JsonValueKind.String))
        {
            // A single text, such as MONAI's "modality": "CT", is the kind of all channels.
            return [];
        }

        if (channels.ValueKind == JsonValueKind.Array && channels.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String))
        {
            return [.. channels.EnumerateArray().Select(name => name.GetString() ?? "")];
        }

        if (channels.ValueKind != JsonValueKind.Object)
        {
            faults.Add($"\"{key}\" is a JSON {channels.ValueKind}; it must be an object such as {{ \"0\": \"T1\" }}.");
            return [];
        }

        if (channels.EnumerateObject().GroupBy(channel => channel.Name).FirstOrDefault(same => same.Count() > 1) is { } repeated)
        {
            faults.Add(
                $"\"{key}\" has the key \"{repeated.Key}\" {repeated.Count()} times; every channel needs a number of its own, from 0."
            );
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

    private static IEnumerable<LabelClass> FromArray(JsonElement labels, List<string> faults)
    {
        foreach (var (value, label) in labels.EnumerateArray().Index())
        {
            if (label.ValueKind == JsonValueKind.String)
            {
                yield return Make(value, label.GetString());
            }
            else
            {
                faults.Add($"\"labels\"[{value}] is {label.GetRawText()}; a list of classes holds their names, from value 0 on.");
            }
        }
    }

    private static IEnumerable<LabelClass> FromObject(JsonElement labels, List<string> faults)
    {
        foreach (var label in labels.EnumerateObject())
        {
            // A list of one value is that value; nnU-Net allows it.
            var number = label.Value.ValueKind == JsonValueKind.Array && label.Value.GetArrayLength() == 1 ? label.Value[0] : label.Value;
            if (number.ValueKind == JsonValueKind.Number && TryWhole(number, out var value))
            {
                yield return Make(value, label.Name);
            }
            else if (label.Value.ValueKind == JsonValueKind.String && TryParse(label.Name, out value))
            {
                yield return Make(value, label.Value.GetString());
            }
            else if (label.Value.ValueKind == JsonValueKind.String && TryParse(label.Value.GetString(), out value))
            {
                yield return Make(value, label.Name);
            }
            else
            {
                faults.Add(
                    $"\"labels\" has \"{label.Name}\": {label.Value.GetRawText()}; a class is one name and one whole number, and "
                        + "nnU-Net's regions one name and a list of them."
                );
            }
        }
    }

    private static LabelClass Make(int value, string? name)
        => new(value, name ?? "") { IsIgnored = string.Equals(name, IgnoredName, StringComparison.OrdinalIgnoreCase) };

    // 2.0 is written by some programs.
    private static bool TryWhole(JsonElement number, out int value)
    {
        if (number.TryGetInt32(out value))
        {
            return true;
        }

        var isWhole = number.TryGetDouble(out var real) && real == Math.Round(real) && Math.Abs(real) <= LabelClass.MaximumValue;
        value = isWhole ? (int)real : 0;
        return isWhole;
    }

    private static bool TryParse(string? text, out int value) =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value);
}
