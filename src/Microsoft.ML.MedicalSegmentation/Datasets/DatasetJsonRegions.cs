using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.Datasets;

/// <summary>
/// Reads nnU-Net's regions from dataset.json: "labels": { "background": 0, "whole": [1, 2], "core": 2 } with "regions_class_order": [1, 2].
/// </summary>
internal static class DatasetJsonRegions
{
    private const string IgnoredName = "ignore";
    private const string OrderKey = "regions_class_order";

    /// <summary>The regions, in the order in which they are written; empty where every entry is one value.</summary>
    /// <param name="root">The file's object.</param>
    /// <param name="faults">Receives what is wrong.</param>
    public static IReadOnlyList<LabelRegion> Read(JsonElement root, List<string> faults)
    {
        if (!root.TryGetProperty("labels", out var labels) || labels.ValueKind != JsonValueKind.Object
            || !labels.EnumerateObject().Any(label => label.Value.ValueKind == JsonValueKind.Array && label.Value.GetArrayLength() > 1))
        {
            return [];
        }

        List<(string Name, List<int> Values)> entries =
        [
            .. labels.EnumerateObject().Where(label => !label.Name.Equals(IgnoredName, StringComparison.OrdinalIgnoreCase))
                .Select(label => (label.Name, Values: Values(label, faults))).Where(label => label.Values.Any(value => value != 0)),
        ];
        if (
            !root.TryGetProperty(OrderKey, out var order)
            || order.ValueKind != JsonValueKind.Array
            || !order.EnumerateArray().All(IsLabel)
            || order.GetArrayLength() != entries.Count
        )
        {
            faults.Add(
                $"\"labels\" has regions ({string.Join(", ", entries.Select(entry => entry.Name))}), and \"{OrderKey}\" does not "
                    + $"list {entries.Count} label values; give one for each region, in their order."
            );
            return [];
        }

        return [.. entries.Zip(order.EnumerateArray(), (entry, value) => new LabelRegion(entry.Name, entry.Values, value.GetInt32()))];
    }

    /// <summary>The label values of regions as classes: those that a region consists of alone have its name.</summary>
    /// <param name="root">The file's object.</param>
    /// <param name="regions">Its regions.</param>
    /// <param name="faults">Receives what is wrong.</param>
    public static IReadOnlyList<LabelClass> ClassesOf(JsonElement root, IReadOnlyList<LabelRegion> regions, List<string> faults)
    {
        List<LabelClass> classes =
        [
            LabelClass.Unnamed(0),
            .. regions
                .SelectMany(region => region.Values)
                .Where(value => value != 0)
                .Distinct()
                .Order()
                .Select(value =>
                    regions.FirstOrDefault(region => region.Values.All(own => own == value)) is { } alone
                        ? new(value, alone.Name)
                        : LabelClass.Unnamed(value)
                ),
        ];
        foreach (
            var ignored in root.GetProperty("labels")
                .EnumerateObject()
                .Where(label => label.Name.Equals(IgnoredName, StringComparison.OrdinalIgnoreCase))
        )
        {
            var values = Values(ignored, faults);
            if (values is [var value] && classes.All(c => c.Value != value))
            {
                classes.Add(new(value, ignored.Name) { IsIgnored = true });
            }
            else
            {
                faults.Add(
                    $"\"labels\" has \"{ignored.Name}\": {ignored.Value.GetRawText()}; the ignored "
                        + "value must be one number that no region has."
                );
            }
        }

        return classes;
    }

    private static List<int> Values(JsonProperty label, List<string> faults)
    {
        List<JsonElement> numbers = label.Value.ValueKind == JsonValueKind.Array ? [.. label.Value.EnumerateArray()] : [label.Value];
        if (numbers.Count > 0 && numbers.TrueForAll(IsLabel))
        {
            return [.. numbers.Select(number => number.GetInt32()).Distinct()];
        }

        faults.Add(
            $"\"labels\" has \"{label.Name}\": {label.Value.GetRawText()}; a region is one name and a list of label values from 0 "
                + $"to {LabelClass.MaximumValue}."
        );
        return [];
    }

    private static bool IsLabel(JsonElement number) =>
        number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value) && value is >= 0 and <= LabelClass.MaximumValue;
}
