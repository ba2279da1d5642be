using System.CommandLine;
using System.Text.Json.Nodes;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;

namespace MedSeg.Configuration;

/// <summary>Options of `medseg train` that are options of the trainer, and the file that holds them all.</summary>
internal sealed class TrainingSettings
{
    private const string Mirrored = "mirrored";

    private readonly Option<string?> _config = new("--config")
    {
        Description = "JSON file with options, as --write-config writes it. The command line comes before the file.",
    };
    private readonly Option<string?> _writeConfig = new("--write-config")
    {
        Description =
            "Writes every option that this command would train with to a JSON file, and its "
            + "schema for editors beside it, and does not train.",
    };

    private readonly Option<bool> _schema = new("--config-schema")
    {
        Description = "Prints the JSON Schema of --config, and does not train.",
    };
    private readonly Option<OptimizerKind?> _optimizer = new("--optimizer")
    {
        Description = "How gradients change weights. Default: AdamW; SgdNesterov with --gpu or by the recipe.",
    };
    private readonly Option<string?> _schedule = new("--schedule")
    {
        Description =
            $"How the learning rate falls: {string.Join(", ", LearningRateSchedule.All.Select(one => one.Key))}, with numbers such "
            + "as step(0.25, 0.5). Default: polynomial.",
    };

    private readonly Option<string[]> _augmentation = new("--augmentation")
    {
        Description =
            $"Random changes of patches: none, default (nnU-Net's without mirroring), {Mirrored} (with mirroring along all axes), "
            + $"or names: {string.Join(", ", AugmentationList.All.Select(entry => entry.Key))}.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<TrainingPrecision?> _precision = new("--precision")
    {
        Description = "Number format of training. Default: Automatic; Float32 without a plan.",
    };
    private readonly Option<int?> _patience = new("--patience")
    {
        Description = "Stops after this many epochs without a better validation Dice. Default: 0, never.",
    };
    private readonly Option<bool?> _sideOutputs = new("--deep-supervision")
    {
        Description = "Whether side outputs of the network are trained too: true or false. Default: as in the network's paper.",
    };
    private readonly Option<string?> _attentionBlock = new("--attention-block")
    {
        Description =
            $"Attention blocks of the U-Net: {string.Join(", ", AttentionBlockList.All.Select(entry => entry.Key))}. Default: none.",
    };

    private readonly Option<int[]> _parts = new("--parts")
    {
        Description =
            "Computes each patch by parts, for patches too large for one device: parts along depth, height and width (2D: height, "
            + "width), or one number for all axes.",
        Arity = new(1, 3),
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<string[]> _devices = new("--devices")
    {
        Description =
            "Devices of --parts, such as cuda:0 cuda:1: part i is on device i modulo their number. Default: that of the training.",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>The options.</summary>
    public IEnumerable<Option> Options =>
        [
            _config,
            _writeConfig,
            _schema,
            _optimizer,
            _schedule,
            _augmentation,
            _precision,
            _patience,
            _sideOutputs,
            _attentionBlock,
            _parts,
            _devices,
        ];

    /// <summary>True if the schema is asked for.</summary>
    public bool IsSchemaAskedFor(ParseResult arguments) => arguments.GetValue(_schema);

    /// <summary>The file to write options to; null to train.</summary>
    public string? WrittenTo(ParseResult arguments) => arguments.GetValue(_writeConfig);

    /// <summary>The schema of the configuration of a command.</summary>
    public JsonObject Schema(Command command) =>
        ConfigurationSchema.Create(command.Options.Where(option => !IsOfTheFile(option) && option.Name is not ("--help" or "-h")));

    /// <summary>The file's options.</summary>
    public TrainingConfiguration Load(ParseResult arguments) =>
        arguments.GetValue(_config) is { } path ? TrainingConfiguration.Load(path, Schema(arguments.CommandResult.Command)) : new([], []);

    /// <summary>The options of the command line as a configuration.</summary>
    public JsonObject OfCommandLine(ParseResult arguments)
    {
        var root = new JsonObject();
        void Set(string group, string name, JsonNode? value)
        {
            if (value is not null)
            {
                root.TryAdd(group, new JsonObject());
                root[group]?.AsObject().Add(name, value);
            }
        }

        Set("optimization", "optimizer", arguments.GetValue(_optimizer)?.ToString());
        Set(
            "optimization",
            "schedule",
            arguments.GetValue(_schedule) is { } schedule ? LearningRateSchedule.Find(schedule).ToString() : null
        );
        Set("device", "precision", arguments.GetValue(_precision)?.ToString());
        Set("validation", "earlyStoppingPatience", arguments.GetValue(_patience));
        Set("network", "deepSupervision", arguments.GetValue(_sideOutputs));
        Set("network", "attentionBlock", arguments.GetValue(_attentionBlock) is { } block ? AttentionBlockList.Find(block).Key : null);
        Set("partition", "parts", Array(arguments.GetValue(_parts)));
        Set("partition", "devices", Array(arguments.GetValue(_devices)));
        if (arguments.GetValue(_augmentation) is { Length: > 0 } names)
        {
            root["augmentation"] = TrainingConfiguration
                .Parse(new SegmentationTrainer.Options { Augmentation = Augmentations(names) }.ToJson())["augmentation"]
                ?.DeepClone();
        }

        return root;
    }

    /// <summary>Writes a configuration, and its schema beside it.</summary>
    /// <param name="command">The command.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">What the trainer would be given.</param>
    /// <param name="section">Options that are not the trainer's.</param>
    /// <param name="normalization">What is done to intensities; null in planned training.</param>
    /// <param name="before">The options without those of the command line.</param>
    public void Write(
        Command command,
        string path,
        JsonObject options,
        JsonObject section,
        JsonNode? normalization,
        SegmentationTrainer.Options before
    )
    {
        var beside = Path.ChangeExtension(path, ".schema.json");
        var root = new JsonObject { [ConfigurationSchema.Reference] = Path.GetFileName(beside) };
        if (section.Count > 0)
        {
            root[ConfigurationSchema.Command] = section;
        }

        if (normalization is not null)
        {
            root[ConfigurationSchema.Normalization] = normalization;
        }

        TrainingConfiguration.NameAbsent(options, Reduced(before, options));
        ConfigurationSchema.LeaveOutOptionsOfTheCommand(options);
        foreach (var (name, value) in options)
        {
            root[name] = value?.DeepClone();
        }

        File.WriteAllText(path, Report.ToJson(root) + "\n");
        File.WriteAllText(beside, Report.ToJson(Schema(command)) + "\n");
        Report.Line($"Wrote {path} and {beside}. `medseg train DATA --config {path}` trains with them.");
    }

    private static JsonArray? Array<T>(T[]? values) =>
        values is { Length: > 0 } ? [.. values.Select(value => JsonValue.Create(value))] : null;

    // Groups that the written options leave out are not named as absent.
    private static JsonObject Reduced(SegmentationTrainer.Options before, JsonObject options)
    {
        var all = TrainingConfiguration.Parse(before.ToJson());
        foreach (
            var name in all.Select(entry => entry.Key)
                .Where(name => name is "network" or "loss" or "augmentation" or "sampling" || !options.ContainsKey(name))
                .ToList()
        )
        {
            all.Remove(name);
        }

        return all;
    }

    private static IReadOnlyList<PatchAugmentation> Augmentations(string[] names) => names switch
    {
        ["none"] => AugmentationPresets.None,
        ["default"] => AugmentationPresets.Default,
        [Mirrored] => AugmentationPresets.NnUNet(VolumeAxes.All),
        _ => [.. names.Select(name => AugmentationList.Find(name).Default)],
    };

    private bool IsOfTheFile(Option option) => option == _config || option == _writeConfig || option == _schema;
}
