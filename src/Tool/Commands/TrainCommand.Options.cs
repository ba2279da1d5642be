using System.CommandLine;
using System.Text.Json;
using MedSeg.Configuration;
using MedSeg.Jobs;
using Microsoft.ML.MedicalSegmentation.Networks;
using Microsoft.ML.MedicalSegmentation.Planning;
using Microsoft.ML.MedicalSegmentation.Training;

namespace MedSeg.Commands;

/// <content>The trainer's options of a command line and its configuration.</content>
internal sealed partial class TrainCommand
{
    private NormalizeIntensityEstimator.Options Normalization(ParseResult arguments)
    {
        var options = _configured.Normalization ?? new();
        return options with { Method = arguments.GetValue(_normalize) ?? options.Method };
    }

    private string? Checkpoint(ParseResult arguments) => arguments.GetValue(_checkpoint) ?? _configured.Apply(new()).Checkpoint.Path;

    private bool IsPlanned(ParseResult arguments) => !arguments.GetValue(_noPlan) && arguments.GetValue(_recipe) is null;

    private bool HasAllConfigurations(ParseResult arguments) => arguments.GetValue(_configuration) == AllConfigurationsJob.Name;

    private double Share(ParseResult arguments)
    {
        var share = arguments.GetValue(_validation);
        return share is >= 0 and <= 0.9 ? share : throw new ArgumentException($"--validation is {share}; it must be 0 to 0.9.");
    }

    private IReadOnlyList<DatasetFold>? Folds(ParseResult arguments, SegmentationDataset dataset, int seed)
    {
        const int UsualFolds = 5;
        return arguments.GetValue(_splits) is { } path ? dataset.LoadFolds(path)
            : arguments.GetValue(_folds) is null && arguments.GetValue(_fold) is null && !HasAllConfigurations(arguments) ? null
            : dataset.SplitIntoFolds(arguments.GetValue(_folds) ?? UsualFolds, seed);
    }

    // An option that would have no effect is refused, as nobody would notice.
    private void RequireConsistent(ParseResult arguments)
    {
        if (arguments.GetValue(_minutes) is { } minutes && !(minutes > 0))
        {
            throw new ArgumentException($"--minutes is {minutes}; it must be above 0.");
        }

        var planned = IsPlanned(arguments);
        Option[] idle = planned ? [_normalize, _resample] : [_plan, _planner, _memory, _configuration, _previous, _folds, _fold, _splits];
        var given = idle.Where(option => arguments.GetResult(option) is { Implicit: false }).Select(option => option.Name).ToList();
        if (given.Count > 0)
        {
            throw new ArgumentException(
                planned
                    ? $"{string.Join(" and ", given)} cannot be used with a plan, which decides on intensities "
                        + "and spacing. Leave it out, or add --no-plan."
                    : $"{string.Join(" and ", given)} belongs to planned training. Leave it out, or leave out --no-plan and --recipe."
            );
        }

        if (arguments.GetValue(_plan) is not null && (arguments.GetValue(_planner) is not null || arguments.GetValue(_memory) is not null))
        {
            throw new ArgumentException("--plan is given with --planner or --memory, which make a plan. Leave out one of them.");
        }

        if (arguments.GetValue(_splits) is not null && arguments.GetValue(_folds) is not null)
        {
            throw new ArgumentException("--splits names the folds and --folds draws them. Leave out one of them.");
        }

        if (_configured.Has("partition", "devices") && !_configured.Has("partition", "parts"))
        {
            throw new ArgumentException("--devices names the devices of parts, and no parts are given. Add them, such as --parts 2 2 2.");
        }

        Option[] ofOne = [_fold, _previous, _onnx, _patch, _batch];
        var single = ofOne.Where(option => HasAllConfigurations(arguments) && arguments.GetResult(option) is { Implicit: false }).ToList();
        if (single.Count > 0)
        {
            throw new ArgumentException(
                $"{string.Join(" and ", single.Select(option => option.Name))} belongs to one configuration or fold, and "
                    + "--configuration is all. Leave it out, or name a configuration."
            );
        }

        _ = Share(arguments);
    }

    private PlanningOptions Planning(ParseResult arguments, MLContext context)
    {
        var preset = arguments.GetValue(_planner) is { } planner ? PlanningPreset.Find(planner)
            : context.GpuDeviceId is null ? PlanningPreset.Processor : PlanningPreset.Default;
        return new()
        {
            Preset = arguments.GetValue(_width) is { } width && !HasOwnNetwork(arguments) ? preset with { Width = width } : preset,
            MemoryGigabytes = arguments.GetValue(_memory),
        };
    }

    private bool HasOwnNetwork(ParseResult arguments) =>
        arguments.GetValue(_network) is not null || arguments.GetValue(_preset) is not null || _configured.HasNetwork;

    private PlannedSegmentationTrainer.Options Planned(
        ParseResult arguments,
        MLContext context,
        SegmentationDataset training,
        SegmentationTrainer.Options options,
        SegmentationPlan? plan,
        bool isPicture,
        string? configuration
    )
    {
        plan ??= arguments.GetValue(_plan) is { } path ? SegmentationPlan.Load(path) : null;
        return new()
        {
            Plan = plan,
            Planning = plan is null ? Planning(arguments, context) : null,
            Configuration = configuration ?? arguments.GetValue(_configuration),
            Regions = training.Regions.Count > 0 ? training.Regions : null,
            Network = HasOwnNetwork(arguments) ? Network(arguments, options.Network, isPicture, hasPatch: true) : null,
            AdaptNetwork = _configured.Change,
            PatchSize = PlannedPatch(arguments, options),
            BatchSize = PlannedBatch(arguments, options),
            Training = options,
        };
    }

    private PatchSize? Patch(ParseResult arguments) =>
        arguments.GetValue(_patch) is [var depth, var height, var width] ? new PatchSize(depth, height, width) : null;

    private PatchSize? PlannedPatch(ParseResult arguments, SegmentationTrainer.Options options)
        => Patch(arguments) ?? (_configured.Has("sampling", "patchSize") ? options.Sampling.PatchSize : null);

    private int? PlannedBatch(ParseResult arguments, SegmentationTrainer.Options options)
        => arguments.GetValue(_batch) ?? (_configured.Has("sampling", "batchSize") ? options.Sampling.BatchSize : null);

    private SegmentationTrainer.Options Base(ParseResult arguments, MLContext context)
        => arguments.GetValue(_recipe) is { } recipe ? TrainingRecipes.Find(recipe).Options
            : IsPlanned(arguments) ? PlannedSegmentationTrainer.DefaultTraining(context) : new();

    // Without a data set, it counts as one of volumes.
    private SegmentationTrainer.Options Options(
        ParseResult arguments,
        MLContext context,
        SegmentationDataset? dataset,
        int seed,
        TrainingStop stop
    )
    {
        var options = _configured.Apply(Base(arguments, context));
        options = options with
        {
            Loss = arguments.GetValue(_loss) is { } loss ? LossList.Find(loss).Default : options.Loss,
            Optimization = options.Optimization with
            {
                MaxEpoch = arguments.GetValue(_epochs) ?? options.Optimization.MaxEpoch,
                LearningRate = arguments.GetValue(_learningRate) ?? options.Optimization.LearningRate,
                AccumulationSteps = arguments.GetResult(_accumulate) is { Implicit: false }
                    ? arguments.GetValue(_accumulate)
                    : options.Optimization.AccumulationSteps,
                TimeBudget = arguments.GetValue(_minutes) is { } minutes ? TimeSpan.FromMinutes(minutes)
                    : arguments.GetValue(_epochs) is null ? options.Optimization.TimeBudget : null,
            },
            Initialization = options.Initialization with
            {
                WeightsPath = arguments.GetValue(_weights) ?? options.Initialization.WeightsPath,
            },
            Device = options.Device with { Threads = arguments.GetValue(_threads) ?? options.Device.Threads },
            Scoring = arguments.GetValue(_resample) ? options.Scoring with { Resampling = ResamplingOptions.NnUNet } : options.Scoring,
            Seed = seed,
            CancellationToken = stop.BeforeTheFirstStep,
            StopToken = stop.Asked,
        };
        return IsPlanned(arguments) ? options : WithPatch(arguments, dataset, options);
    }

    private SegmentationTrainer.Options WithPatch(ParseResult arguments, SegmentationDataset? dataset, SegmentationTrainer.Options options)
    {
        var isPicture = dataset is not null && IsPicture(dataset);
        var given = Patch(arguments);
        var replacesPatch = given is not null || (isPicture && options.Sampling.PatchSize is { Depth: > 1 });
        return options with
        {
            Network = Network(arguments, options.Network, isPicture, given is not null),
            Sampling = options.Sampling with
            {
                PatchSize = replacesPatch ? given : options.Sampling.PatchSize,
                BatchSize = arguments.GetValue(_batch) ?? options.Sampling.BatchSize,
            },
            Export = replacesPatch ? options.Export with { ScoringPatchSize = null } : options.Export,
        };
    }

    private NetworkOptions Network(ParseResult arguments, NetworkOptions ofRecipe, bool isPicture, bool hasPatch)
    {
        // A recipe's form belongs to its own network.
        var entry = arguments.GetValue(_network) is { } key ? NetworkList.Find(key) : ofRecipe.Entry;
        var preset = arguments.GetValue(_preset);
        var dims = entry.SpatialDims.Contains(ofRecipe.SpatialDims) ? ofRecipe.SpatialDims : entry.SpatialDims[0];
        var options = preset is null && entry == ofRecipe.Entry ? ofRecipe : entry.OptionsOf(preset) with { SpatialDims = dims };
        return _configured.Change(options with
        {
            Width = arguments.GetValue(_width) ?? options.Width,
            SpatialDims = isPicture ? 2 : options.SpatialDims,
            PatchSize = hasPatch ? null : options.PatchSize,
        });
    }

    private static IEnumerable<string?> DataFiles(string data, SegmentationDataset dataset) =>
        dataset
            .Cases.Concat(dataset.TestCases)
            .SelectMany(c => c.ImagePaths.Append(c.LabelPath))
            .Append(Path.Combine(data, "dataset.json"));

    // By all cases, not by those that the seed puts first.
    private static bool IsPicture(SegmentationDataset dataset) => Cases.ArePictures(dataset);

    // Written options are those that a plan does not decide.
    private void WriteConfiguration(ParseResult arguments, string path)
    {
        OutputFiles.Require([path], [arguments.GetValue(_data)]);
        var context = DeviceContext.CreateForTraining(arguments.GetValue(_gpu));
        using var stop = new TrainingStop(default);
        var options = Options(arguments, context, null, 0, stop);
        var isPlanned = IsPlanned(arguments);
        var json = TrainingConfiguration.Parse(options.ToJson());
        if (isPlanned)
        {
            json.Remove("network");
            if (HasOwnNetwork(arguments) || _configured.ChangesNetwork)
            {
                json["network"] = HasOwnNetwork(arguments)
                    ? TrainingConfiguration
                        .Parse((options with { Network = Network(arguments, options.Network, isPicture: false, hasPatch: true) }).ToJson())[
                            "network"
                        ]
                        ?.DeepClone()
                    : _configured.NetworkChanges.DeepClone();
            }

            var sampling = json["sampling"]?.AsObject() ?? [];
            sampling.Remove("patchSize");
            sampling.Remove("batchSize");
            if (PlannedPatch(arguments, options) is { } patch)
            {
                sampling["patchSize"] = JsonSerializer.SerializeToNode(patch, TrainerOptionsJson.Format);
            }

            if (PlannedBatch(arguments, options) is { } batch)
            {
                sampling["batchSize"] = batch;
            }
        }

        Option[] ofTheCommand =
        [
            _noPlan,
            _plan,
            _planner,
            _memory,
            _configuration,
            _previous,
            _folds,
            _fold,
            _splits,
            _report,
            _validation,
            _output,
            _onnx,
            _card,
            _sign,
            _seed,
            _gpu,
            _json,
        ];
        var normalization = isPlanned
            ? null
            : JsonSerializer.SerializeToNode(Normalization(arguments), ConfigurationSchema.NormalizationFormat)?.AsObject();
        var written = CommandSection.Write(arguments, ofTheCommand);
        if (!isPlanned)
        {
            // A recipe is written as its options.
            written.Remove("no-plan");
            written.Insert(0, "no-plan", true);
        }

        _settings.Write(arguments.CommandResult.Command, path, json, written, normalization, Base(arguments, context));
    }
}
