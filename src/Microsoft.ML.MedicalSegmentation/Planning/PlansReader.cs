using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>Reads nnUNetPlans.json of nnU-Net 2.0 and later.</summary>
internal static class PlansReader
{
    private const string Remedy = "Give the plans.json or nnUNetPlans.json that nnU-Net 2 wrote.";

    /// <summary>True for a text in nnU-Net's form.</summary>
    public static bool Claims(string json, string name)
    {
        using var document = PlanJson.Parse(json, name);
        return document.RootElement.TryGetProperty("configurations", out var configurations)
            && configurations.ValueKind == JsonValueKind.Object;
    }

    /// <summary>Reads the text.</summary>
    /// <exception cref="InputDataException">The text is something else; names every fault.</exception>
    public static SegmentationPlan Read(string json, string name)
    {
        using var document = PlanJson.Parse(json, name);
        var facts = new JsonFacts(name);
        var root = document.RootElement;
        var plan = new SegmentationPlan
        {
            Dataset = facts.Text(root, "dataset_name"),
            PlansName = facts.Text(root, "plans_name"),
            Planner = root.TryGetProperty("experiment_planner_used", out _) ? facts.Text(root, "experiment_planner_used") : "",
            Reader = facts.Text(root, "image_reader_writer"),
            MedianSpacing = facts.Numbers(root, "original_median_spacing_after_transp"),
            MedianShape =
            [
                .. facts
                    .Numbers(root, "original_median_shape_after_transp")
                    .Select(size => (int)Math.Clamp(Math.Round(size), 0, int.MaxValue)),
            ],
            TransposeForward = facts.Integers(root, "transpose_forward"),
            TransposeBackward = facts.Integers(root, "transpose_backward"),
            Configurations = ReadConfigurations(root.GetProperty("configurations"), facts),
            ForegroundIntensities = FingerprintJson.ReadIntensities(root, facts),
        };
        facts.ThrowIfAny(Remedy);
        PlanChecks.Require(plan, name);
        return plan;
    }

    private static List<PlannedConfiguration> ReadConfigurations(JsonElement configurations, JsonFacts facts)
    {
        var read = new List<PlannedConfiguration>();
        foreach (var entry in configurations.EnumerateObject())
        {
            if (Resolve(configurations, entry.Name, facts) is { } resolved)
            {
                read.Add(ReadConfiguration(entry.Name, JsonSerializer.SerializeToElement(resolved), facts));
            }
        }

        return read;
    }

    // Takes every key that a configuration lacks from its parent.
    private static JsonObject? Resolve(JsonElement configurations, string name, JsonFacts facts)
    {
        var merged = new JsonObject();
        HashSet<string> seen = [];
        for (string? current = name; current is not null;)
        {
            if (!seen.Add(current))
            {
                facts.Add($"The configuration '{name}' inherits from itself.");
                return null;
            }

            if (facts.Get(configurations, current, JsonValueKind.Object) is not { } configuration)
            {
                return null;
            }

            foreach (var property in configuration.EnumerateObject().Where(property => !merged.ContainsKey(property.Name)))
            {
                merged[property.Name] = JsonNode.Parse(property.Value.GetRawText());
            }

            current =
                configuration.TryGetProperty("inherits_from", out var parent) && parent.ValueKind == JsonValueKind.String
                    ? parent.GetString()
                    : null;
        }

        return merged;
    }

    private static PlannedConfiguration ReadConfiguration(string name, JsonElement json, JsonFacts facts)
    {
        var schemes = facts.Texts(json, "normalization_schemes");
        var masks = facts.Get(json, "use_mask_for_norm", JsonValueKind.Array) is { } list
            ? list.EnumerateArray().Select(mask => mask.ValueKind == JsonValueKind.True).ToList()
            : [];
        if (masks.Count != schemes.Length || schemes.FirstOrDefault(scheme => !PlanKeys.Normalizations.ContainsKey(scheme)) is not null)
        {
            facts.Add(
                $"The configuration '{name}' normalises by {string.Join(", ", schemes)} with {masks.Count} masks; there must be as "
                    + $"many masks, and known schemes are {string.Join(", ", PlanKeys.Normalizations.Keys)}."
            );
            schemes = [];
        }

        string? Optional(string key) =>
            json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        var spacing = facts.Numbers(json, "spacing");
        return new()
        {
            Name = name,
            DataIdentifier = facts.Text(json, "data_identifier"),
            BatchSize = facts.Integer(json, "batch_size"),
            PatchSize = facts.Integers(json, "patch_size"),
            MedianShape = facts.Numbers(json, "median_image_size_in_voxels"),
            Spacing = spacing,
            Normalization = [.. schemes.Zip(masks, (scheme, mask) => new ChannelNormalization(PlanKeys.Normalizations[scheme], mask))],
            ImageResampling = ReadResampling(json, "resampling_fn_data", PlannedResampling.Image, facts),
            LabelResampling = ReadResampling(json, "resampling_fn_seg", PlannedResampling.Labels, facts),
            ProbabilityResampling = ReadResampling(json, "resampling_fn_probabilities", PlannedResampling.Probabilities, facts),
            Network = json.TryGetProperty("architecture", out var architecture) && architecture.ValueKind == JsonValueKind.Object
                ? ArchitectureReader.Read(architecture, facts)
                : ArchitectureReader.ReadEarlier(json, spacing.Length, facts),
            BatchDice = facts.Flag(json, "batch_dice", false) ?? false,
            InheritsFrom = Optional("inherits_from"),
            PreviousStage = Optional("previous_stage"),
            NextStage = Optional("next_stage"),
        };
    }

    private static PlannedResampling ReadResampling(JsonElement json, string key, PlannedResampling otherwise, JsonFacts facts)
    {
        if (facts.Get(json, $"{key}_kwargs", JsonValueKind.Object) is not { } arguments)
        {
            return otherwise;
        }

        var function = facts.Text(json, key);
        var isTorch = function == PlannedResampling.TorchFunction;
        return new()
        {
            Function = function,
            IsSegmentation = facts.Flag(arguments, "is_seg", otherwise.IsSegmentation) ?? false,
            Order = isTorch ? 1 : facts.Integer(arguments, "order"),
            OrderZ = arguments.TryGetProperty("order_z", out _) ? facts.Integer(arguments, "order_z") : 0,
            ForceSeparateZ = facts.Flag(arguments, "force_separate_z", null),
        };
    }
}
