using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.MedicalSegmentation.Datasets;

namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>nnU-Net's dataset.json, of version 2 and of version 1.</summary>
internal static class DatasetDescriptionJson
{
    public static PlanningDataset Read(string path)
    {
        using var document = PlanJson.Parse(PlanJson.ReadText(path), path);
        var root = document.RootElement;
        var facts = new JsonFacts(path);
        var channelFaults = new List<string>();
        var channels = DatasetJsonNames.ReadChannels(root, channelFaults);
        channelFaults.ForEach(facts.Add);
        var dataset = new PlanningDataset
        {
            Name =
                root.TryGetProperty("name", out var name)
                && name.ValueKind == JsonValueKind.String
                && !string.IsNullOrWhiteSpace(name.GetString())
                    ? name.GetString() ?? ""
                    : Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))) ?? "",
            ChannelNames = channels,
            Labels = ReadLabels(root, facts),
            RegionsClassOrder = root.TryGetProperty("regions_class_order", out _) ? facts.Integers(root, "regions_class_order") : [],
            TrainingCases = facts.Integer(root, "numTraining"),
            FileEnding = root.TryGetProperty("file_ending", out _) ? facts.Text(root, "file_ending") : ".nii.gz",
            OverwriteReader =
                root.TryGetProperty("overwrite_image_reader_writer", out var reader) && reader.ValueKind == JsonValueKind.String
                    ? reader.GetString()
                    : null,
        };
        foreach (var fault in dataset.Faults())
        {
            facts.Add(fault);
        }

        facts.ThrowIfAny("Correct the dataset.json.");
        return dataset;
    }

    public static string Write(PlanningDataset dataset)
    {
        var channels = new JsonObject();
        foreach (var (index, channel) in dataset.ChannelNames.Index())
        {
            channels[$"{index}"] = channel;
        }

        var labels = new JsonObject();
        foreach (var label in dataset.Labels)
        {
            labels[label.Name] = label.Values.Count == 1 ? label.Values[0] : PlanJson.Integers(label.Values);
        }

        var root = new JsonObject { ["channel_names"] = channels, ["labels"] = labels };
        if (dataset.RegionsClassOrder.Count > 0)
        {
            root["regions_class_order"] = PlanJson.Integers(dataset.RegionsClassOrder);
        }

        root["numTraining"] = dataset.TrainingCases;
        root["file_ending"] = dataset.FileEnding;
        if (dataset.OverwriteReader is { } reader)
        {
            root["overwrite_image_reader_writer"] = reader;
        }

        root["name"] = dataset.Name;
        return PlanJson.Text(root);
    }

    // Version 2 writes { "liver": 1, "whole": [1, 2] }, version 1 and the Decathlon { "1": "liver" }.
    private static List<PlanningLabel> ReadLabels(JsonElement root, JsonFacts facts)
    {
        if (facts.Get(root, "labels", JsonValueKind.Object) is not { } labels)
        {
            return [];
        }

        var read = new List<PlanningLabel>();
        foreach (var label in labels.EnumerateObject())
        {
            if (label.Value.ValueKind == JsonValueKind.String && int.TryParse(label.Name, out var value))
            {
                read.Add(new(label.Value.GetString() is { Length: > 0 } name ? name : $"class {value}", [value]));
            }
            else if (label.Value.ValueKind == JsonValueKind.Array)
            {
                read.Add(new(label.Name, facts.Integers(labels, label.Name)));
            }
            else
            {
                read.Add(new(label.Name, [facts.Integer(labels, label.Name, -1)]));
            }
        }

        return read;
    }
}
