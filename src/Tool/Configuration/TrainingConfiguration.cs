using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;

namespace MedSeg.Configuration;

/// <summary>Options of a training as JSON, which change those that it would have otherwise.</summary>
/// <param name="root">Checked against the schema; a network that it names has its key.</param>
/// <param name="networkChanges">Options of whatever network is trained.</param>
internal sealed class TrainingConfiguration(JsonObject root, JsonObject networkChanges)
{
    private const string Network = "network";

    private static readonly JsonDocumentOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>The options of the command itself.</summary>
    public JsonObject Command => root[ConfigurationSchema.Command] as JsonObject ?? [];

    /// <summary>What is done to intensities without a plan; null if nothing is said of it.</summary>
    public NormalizeIntensityEstimator.Options? Normalization =>
        root[ConfigurationSchema.Normalization]?.Deserialize<NormalizeIntensityEstimator.Options>(ConfigurationSchema.NormalizationFormat);

    /// <summary>True if a network is named.</summary>
    public bool HasNetwork => root.ContainsKey(Network);

    /// <summary>True if options are given for whatever network is trained.</summary>
    public bool ChangesNetwork => networkChanges.Count > 0;

    /// <summary>Options for whatever network is trained.</summary>
    public JsonObject NetworkChanges => networkChanges;

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="InputDataException">
    /// The file is not JSON, or names options that do not exist; the message lists every fault.
    /// </exception>
    public static TrainingConfiguration Load(string path, JsonObject schema)
    {
        JsonObject root;
        try
        {
            root =
                JsonNode.Parse(File.ReadAllText(path), documentOptions: Lenient) as JsonObject
                ?? throw new JsonException("It is not an object.");
        }
        catch (JsonException fault)
        {
            throw new InputDataException(
                $"{path}: this is not a configuration in JSON. {fault.Message} `medseg train --write-config FILE` writes one.",
                fault
            );
        }

        var faults = ConfigurationCheck.Faults(root, schema);
        return faults.Count == 0
            ? Of(root)
            : throw new InputDataException(
                $"{path}: {faults.Count} option{(faults.Count == 1 ? "" : "s")} cannot be "
                    + $"used.{string.Concat(faults.Select(fault => $"{Environment.NewLine}- {fault}"))}"
            );
    }

    /// <summary>The configuration with other values in the place of its own.</summary>
    public TrainingConfiguration With(JsonObject changes)
    {
        var (all, ofNetwork, others) = (root.DeepClone().AsObject(), networkChanges.DeepClone().AsObject(), changes.DeepClone().AsObject());
        if (others[Network] is JsonObject more)
        {
            Merge(ofNetwork, more);
            others.Remove(Network);
        }

        Merge(all, others);
        return new(all, ofNetwork);
    }

    /// <summary>True if a value is given, such as ("sampling", "patchSize").</summary>
    public bool Has(string group, string option) => root[group] is JsonObject values && values.ContainsKey(option);

    /// <summary>
    /// The options with what the configuration says; options of the network without its name are left to <see cref="Change"/>.
    /// </summary>
    public SegmentationTrainer.Options Apply(SegmentationTrainer.Options options)
    {
        var changes = root.DeepClone().AsObject();
        changes.Remove(ConfigurationSchema.Command);
        changes.Remove(ConfigurationSchema.Normalization);
        changes.Remove(ConfigurationSchema.Reference);
        // A number of epochs takes the place of a limit of time, as --epochs does.
        if (Has("optimization", "maxEpoch") && !Has("optimization", "timeBudget"))
        {
            changes["optimization"]?.AsObject().Add("timeBudget", null);
        }

        if (changes.Count == 0)
        {
            return options;
        }

        var all = Parse(options.ToJson());
        Merge(all, changes);
        return SegmentationTrainer.Options.FromJson(all.ToJsonString());
    }

    /// <summary>A network with the options that the configuration names.</summary>
    /// <exception cref="ArgumentException">The network has no such option.</exception>
    public T Change<T>(T network)
        where T : NetworkOptions
    {
        if (!ChangesNetwork)
        {
            return network;
        }

        var names = NetworkOptionsJson.Names(network.Entry).ToList();
        var unknown = networkChanges
            .Select(change => change.Key)
            .Where(name => !names.Contains(name, StringComparer.OrdinalIgnoreCase))
            .ToList();
        if (unknown.Count > 0)
        {
            throw new ArgumentException(
                $"The network {network.Entry.Key} has no {string.Join(" and no ", unknown.Select(name => $"network.{name}"))}. Its "
                    + $"options: {string.Join(", ", names)}."
            );
        }

        var all = Parse(NetworkOptionsJson.Write(network));
        Merge(all, networkChanges);
        return (T)network.Entry.ReadOptions(all.ToJsonString());
    }

    private static TrainingConfiguration Of(JsonObject root)
    {
        if (root[Network] is JsonObject options && options["key"] is null)
        {
            root.Remove(Network);
            return new(root, options);
        }

        if (root[Network] is JsonValue key)
        {
            root[Network] = new JsonObject { ["key"] = key.DeepClone() };
        }

        return new(root, []);
    }

    /// <summary>Puts the values of one object into another: groups value by value, and what has another key as a whole.</summary>
    public static void Merge(JsonObject into, JsonObject from)
    {
        foreach (var (name, value) in from)
        {
            var known = into.FirstOrDefault(entry => string.Equals(entry.Key, name, StringComparison.OrdinalIgnoreCase));
            if (
                known.Value is JsonObject group
                && value is JsonObject values
                && (values["key"] is not { } key || string.Equals($"{key}", $"{group["key"]}", StringComparison.OrdinalIgnoreCase))
            )
            {
                Merge(group, values);
            }
            else
            {
                into[known.Key ?? name] = value?.DeepClone();
            }
        }
    }

    /// <summary>Names, as null, what one object has and another lacks, so that merging them takes it away.</summary>
    public static void NameAbsent(JsonObject options, JsonObject before)
    {
        foreach (var (name, value) in before)
        {
            if (options[name] is not { } now)
            {
                options[name] = null;
            }
            else if (now is JsonObject group && value is JsonObject groupBefore && group["key"] is null)
            {
                NameAbsent(group, groupBefore);
            }
        }
    }

    /// <summary>JSON of the library as an object.</summary>
    public static JsonObject Parse(string json) => JsonNode.Parse(json)?.AsObject() ?? [];
}
