using System.CommandLine;
using MedSeg.Jobs;
using MedSeg.Reporting;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Networks;
using Microsoft.ML.MedicalSegmentation.Planning;

namespace MedSeg.Commands;

/// <summary>medseg train: a data set in, a model zip out.</summary>
internal sealed class TrainCommand : IToolCommand
{
    private readonly Argument<string> _data = new("data") { Description = "The cases: dataset.json, .csv, .tsv, or a data set folder. A column 'patient' keeps cases together." };
    private readonly Option<string> _output = SharedOptions.Output("The model zip to write; default: model.zip.");
    private readonly Option<string?> _onnx = new("--onnx") { Description = "Also write the network as an ONNX file." };
    private readonly Option<bool> _noPlan = new("--no-plan") { Description = "Trains without a plan: at the spacing of the files, with the patch, batch and normalisation given here." };
    private readonly Option<string?> _plan = new("--plan") { Description = "A plan to train by, as `medseg plan` or nnU-Net writes it. Default: made from the data." };
    private readonly Option<string?> _planner = new("--planner") { Description = $"How the plan is made: {string.Join(", ", PlanningPreset.All.Select(preset => preset.Name))}. Default: processor, or default with --gpu." };
    private readonly Option<double?> _memory = new("--memory") { Description = "Memory to plan for, in GB. Default: that of the planner." };
    private readonly Option<string?> _configuration = new("--configuration") { Description = "The plan's configuration to train: 3d_fullres, 3d_lowres, 3d_cascade_fullres (with --previous) or 2d. Default: 3d_fullres, or 2d for single slices." };
    private readonly Option<string?> _previous = new("--previous")
    {
        Description = "For a cascade: the zip of its 3d_lowres stage. Where the zips of that stage's folds stand beside it, each case gets the labels of the fold that was not trained on it.",
    };

    private readonly Option<double?> _minutes = new("--minutes")
    {
        Description = "How long training lasts, per fold; the learning rate reaches its end in this time. Default: 25 for planned training on a processor without --epochs, else no limit.",
    };

    private readonly Option<int?> _folds = new("--folds") { Description = "Cross-validates: trains this many models, each without one part of the cases, and writes their ensemble as one zip." };
    private readonly Option<int?> _fold = new("--fold") { Description = "Trains one fold alone, numbered from 0, of --folds (default: 5) or --splits. `medseg ensemble` joins the zips." };
    private readonly Option<string?> _splits = new("--splits") { Description = "Folds as nnU-Net's splits_final.json names them. Default: drawn by the seed." };
    private readonly Option<string?> _report = new("--report") { Description = "Folder for training.json and training.html, written anew after every epoch; with --folds a folder of each fold in it." };
    private readonly Option<string?> _recipe = new("--recipe") { Description = $"Trains without a plan, with these options, which those below change: {string.Join(", ", TrainingRecipes.All.Select(recipe => recipe.Key))}." };
    private readonly Option<string?> _network = new("--network") { Description = "Key of the network, as `medseg networks` lists them. Default: the plan's U-Net; attention-unet without a plan." };
    private readonly Option<string?> _preset = new("--preset") { Description = "A published form of the network, as `medseg networks` lists them." };
    private readonly Option<int?> _width = new("--width") { Description = "Channels of the network's first stage; default: the network's own." };
    private readonly Option<int[]> _patch = new("--patch")
    {
        Description = "Patch as depth height width, in voxels; default: the plan's; without a plan what holds every volume, at most 96 on a side.",
        Arity = new(3, 3),
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _loss = new("--loss") { Description = $"The loss: {string.Join(", ", LossList.All.Select(loss => loss.Key))}; default: that of the network's paper." };
    private readonly Option<string?> _weights = new("--weights") { Description = "Weights to start from: safetensors, a PyTorch checkpoint, what training wrote, or a pre-trained encoder; default: random ones." };
    private readonly Option<string?> _checkpoint = new("--checkpoint")
    {
        Description = "File that keeps the state of training after each epoch. If it exists, training resumes from it: the same command again, after a stop, or with more epochs.",
    };

    private readonly Option<int?> _epochs = SharedOptions.Epochs("as many as --minutes allow; 50 without a plan");
    private readonly Option<int?> _batch = new("--batch") { Description = "Patches per step; default: the plan's; 2 without a plan." };
    private readonly Option<int> _accumulate = new("--accumulate")
    {
        Description = "Batches whose gradients are averaged into one step, for larger batches in the memory of one; default: 1.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<double?> _learningRate = new("--learning-rate") { Description = "Initial learning rate; default: 2e-3, with --gpu 1e-2; 1e-3 without a plan." };
    private readonly Option<double> _validation = new("--validation") { Description = "Share of the cases kept for validation, 0 to 0.9. Ignored with folds.", DefaultValueFactory = _ => 0.2 };
    private readonly Option<IntensityMethod?> _normalize = new("--normalize") { Description = "What is done to intensities without a plan; default: ZScore." };
    private readonly Option<bool> _resample = new("--resample")
    {
        Description = "Without a plan: the model brings volumes whose spacing differs from that of training by more than a quarter to it before it scores them, and the labels back. Without, it warns.",
    };

    private readonly Option<string?> _card = CardJob.AuthorOption();
    private readonly Option<string?> _sign = CardJob.SignOption();
    private readonly Option<int?> _seed = SharedOptions.Seed();
    private readonly Option<int?> _threads = SharedOptions.Threads();
    private readonly Option<int?> _gpu = SharedOptions.Gpu();
    private readonly Option<bool> _json = SharedOptions.Json();

    public Command Build()
    {
        var command = new Command("train", "Plans and trains a network for a data set by nnU-Net's rules, and writes a model zip. Ctrl-C ends training with the best model so far.")
        {
            _data, _output, _onnx, _noPlan, _plan, _planner, _memory, _configuration, _previous, _minutes, _folds, _fold, _splits, _report, _recipe, _network, _preset, _width, _patch, _loss, _weights, _checkpoint,
            _epochs, _batch, _accumulate, _learningRate, _validation, _normalize, _resample, _card, _sign, _seed, _threads, _gpu, _json,
        };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));

        // The other methods need numbers that the command line does not take.
        _normalize.AcceptOnlyFromAmong(nameof(IntensityMethod.ZScore), nameof(IntensityMethod.MinMax));
        return command;
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        try
        {
            return RunTraining(arguments, cancellation);
        }
        catch (Exception fault) when (ExitCode.Innermost(fault) is VolumeFormatException || ExitCode.Innermost(fault).Message.StartsWith("Row ", StringComparison.Ordinal))
        {
            Report.Step($"`medseg check {arguments.GetValue(_data)}` reports every fault of the data at once.");
            throw;
        }
    }

    private int RunTraining(ParseResult arguments, CancellationToken cancellation)
    {
        RequireConsistent(arguments);
        var seed = arguments.GetValue(_seed) ?? 0;
        var context = DeviceContext.CreateForTraining(arguments.GetValue(_gpu), seed);
        var dataset = context.MedicalSegmentation().Data.Read(arguments.GetRequiredValue(_data));
        Report.Step($"Data: {dataset}");
        var output = arguments.GetValue(_output) ?? "model.zip";
        OutputFiles.Require(
            [output, arguments.GetValue(_onnx)],
            [arguments.GetValue(_data), arguments.GetValue(_weights), arguments.GetValue(_plan), arguments.GetValue(_previous), arguments.GetValue(_splits), arguments.GetValue(_card), arguments.GetValue(_sign), .. DataFiles(arguments.GetRequiredValue(_data), dataset)]);
        if (dataset.Regions.Count > 0 && !IsPlanned(arguments))
        {
            throw new ArgumentException("The data set has regions, which are trained by a plan. Leave out --no-plan and --recipe.");
        }

        using var previous = arguments.GetValue(_previous) is { } stage ? StagePredictions.Make(context, stage, dataset) : null;
        using var stop = new TrainingStop(cancellation);
        TrainedModel Train(SegmentationDataset training, SegmentationDataset? validation, SegmentationPlan? plan, string? checkpoint, string part = "")
        {
            var options = Options(arguments, context, dataset, seed, stop);
            options = options with { Checkpoint = options.Checkpoint with { Path = checkpoint } };
            if (File.Exists(checkpoint))
            {
                Report.Step($"Goes on after the epochs in {checkpoint}.");
            }

            var report = arguments.GetValue(_report) is { } folder ? new TrainingReport(Path.Combine(folder, part), dataset, training, validation, options) : null;
            return IsPlanned(arguments)
                ? PlannedTrainingJob.Run(context, training, validation, Planned(arguments, context, training, options, plan, IsPicture(dataset)), stop, epoch => report?.Add(epoch), found => report?.TakePlan(found), previous)
                : TrainingJob.Run(context, training, validation, new() { Method = arguments.GetValue(_normalize) ?? IntensityMethod.ZScore }, options, stop, epoch => report?.Add(epoch));
        }

        if (Folds(arguments, dataset, seed) is { } folds)
        {
            var plan = arguments.GetValue(_plan) is { } path ? SegmentationPlan.Load(path) : context.MedicalSegmentation().Plan(dataset, Planning(arguments, context));
            var records = new CaseRecords();
            ModelCard Describe(TrainedModel trained, DatasetFold fold) => CardJob.Describe(
                trained, fold.Training, fold.Validation, Options(arguments, context, fold.Training, seed, stop), $"fold {fold.Number} of {folds.Count}", records);
            var job = new FoldTrainingJob(context, output, arguments.GetValue(_checkpoint), (fold, checkpoint) => Train(
                fold.Training, fold.Validation.Cases.Count > 0 ? fold.Validation : null, plan, checkpoint, $"fold-{fold.Number}"), Describe, stop)
            {
                Author = arguments.GetValue(_card),
                Key = arguments.GetValue(_sign),
            };
            return job.Run(folds, arguments.GetValue(_fold), arguments.GetValue(_json));
        }

        var (training, validation) = dataset.Split((int)Math.Round(Share(arguments) * dataset.Cases.Count), seed);
        var trained = Train(training, validation.Cases.Count > 0 ? validation : null, null, arguments.GetValue(_checkpoint));
        CardJob.Save(
            context, trained, training, validation, Options(arguments, context, training, seed, stop), $"drawn by seed {seed}, groups kept together", output,
            arguments.GetValue(_card), arguments.GetValue(_sign), stop.IsAsked);
        if (arguments.GetValue(_onnx) is { } onnx)
        {
            trained.SaveOnnx(context, onnx);
        }

        trained.Report(output, seed, stop.IsAsked, training, validation, arguments.GetValue(_json));
        return stop.IsAsked ? ExitCode.Cancelled : ExitCode.Success;
    }

    private bool IsPlanned(ParseResult arguments) => !arguments.GetValue(_noPlan) && arguments.GetValue(_recipe) is null;

    private double Share(ParseResult arguments)
    {
        var share = arguments.GetValue(_validation);
        return share is >= 0 and <= 0.9 ? share : throw new ArgumentException($"--validation is {share}; it must be 0 to 0.9.");
    }

    private IReadOnlyList<DatasetFold>? Folds(ParseResult arguments, SegmentationDataset dataset, int seed)
    {
        const int UsualFolds = 5;
        return arguments.GetValue(_splits) is { } path ? dataset.LoadFolds(path)
            : arguments.GetValue(_folds) is null && arguments.GetValue(_fold) is null ? null
            : dataset.SplitIntoFolds(arguments.GetValue(_folds) ?? UsualFolds, seed);
    }

    // An option that would have no effect is refused, as nobody would notice.
    private void RequireConsistent(ParseResult arguments)
    {
        var planned = IsPlanned(arguments);
        Option[] idle = planned ? [_normalize, _resample] : [_plan, _planner, _memory, _configuration, _previous, _folds, _fold, _splits];
        var given = idle.Where(option => arguments.GetResult(option) is { Implicit: false }).Select(option => option.Name).ToList();
        if (given.Count > 0)
        {
            throw new ArgumentException(planned
                ? $"{string.Join(" and ", given)} cannot be used with a plan, which decides on intensities and spacing. Leave it out, or add --no-plan."
                : $"{string.Join(" and ", given)} belongs to planned training. Leave it out, or leave out --no-plan and --recipe.");
        }

        if (arguments.GetValue(_plan) is not null && (arguments.GetValue(_planner) is not null || arguments.GetValue(_memory) is not null))
        {
            throw new ArgumentException("--plan is given with --planner or --memory, which make a plan. Leave out one of them.");
        }

        if (arguments.GetValue(_splits) is not null && arguments.GetValue(_folds) is not null)
        {
            throw new ArgumentException("--splits names the folds and --folds draws them. Leave out one of them.");
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

    private bool HasOwnNetwork(ParseResult arguments) => arguments.GetValue(_network) is not null || arguments.GetValue(_preset) is not null;

    private PlannedSegmentationTrainer.Options Planned(
        ParseResult arguments, MLContext context, SegmentationDataset training, SegmentationTrainer.Options options, SegmentationPlan? plan, bool isPicture)
    {
        plan ??= arguments.GetValue(_plan) is { } path ? SegmentationPlan.Load(path) : null;
        return new()
        {
            Plan = plan,
            Planning = plan is null ? Planning(arguments, context) : null,
            Configuration = arguments.GetValue(_configuration),
            Regions = training.Regions.Count > 0 ? training.Regions : null,
            Network = HasOwnNetwork(arguments) ? Network(arguments, options.Network, isPicture, hasPatch: true) : null,
            PatchSize = Patch(arguments),
            BatchSize = arguments.GetValue(_batch),
            Training = options,
        };
    }

    private PatchSize? Patch(ParseResult arguments) => arguments.GetValue(_patch) is [var depth, var height, var width] ? new PatchSize(depth, height, width) : null;

    private SegmentationTrainer.Options Options(ParseResult arguments, MLContext context, SegmentationDataset dataset, int seed, TrainingStop stop)
    {
        var options = arguments.GetValue(_recipe) is { } recipe ? TrainingRecipes.Find(recipe).Options
            : IsPlanned(arguments) ? PlannedSegmentationTrainer.DefaultTraining(context) : new();
        options = options with
        {
            Loss = arguments.GetValue(_loss) is { } loss ? LossList.Find(loss).Default : options.Loss,
            Optimization = options.Optimization with
            {
                MaxEpoch = arguments.GetValue(_epochs) ?? options.Optimization.MaxEpoch,
                LearningRate = arguments.GetValue(_learningRate) ?? options.Optimization.LearningRate,
                AccumulationSteps = arguments.GetValue(_accumulate),
                TimeBudget = arguments.GetValue(_minutes) is { } minutes ? TimeSpan.FromMinutes(minutes)
                    : arguments.GetValue(_epochs) is null ? options.Optimization.TimeBudget : null,
            },
            Initialization = options.Initialization with { WeightsPath = arguments.GetValue(_weights) },
            Device = options.Device with { Threads = arguments.GetValue(_threads) ?? options.Device.Threads },
            Scoring = arguments.GetValue(_resample) ? new() { Resampling = ResamplingOptions.NnUNet } : options.Scoring,
            Seed = seed,
            CancellationToken = stop.BeforeTheFirstStep,
            StopToken = stop.Asked,
        };
        return IsPlanned(arguments) ? options : WithPatch(arguments, dataset, options);
    }

    private SegmentationTrainer.Options WithPatch(ParseResult arguments, SegmentationDataset dataset, SegmentationTrainer.Options options)
    {
        var isPicture = IsPicture(dataset);
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
        return options with
        {
            Width = arguments.GetValue(_width) ?? options.Width,
            SpatialDims = isPicture ? 2 : options.SpatialDims,
            PatchSize = hasPatch ? null : options.PatchSize,
        };
    }

    private static IEnumerable<string?> DataFiles(string data, SegmentationDataset dataset)
        => dataset.Cases.Concat(dataset.TestCases).SelectMany(c => c.ImagePaths.Append(c.LabelPath)).Append(Path.Combine(data, "dataset.json"));

    // By all cases, not by those that the seed puts first.
    private static bool IsPicture(SegmentationDataset dataset) => Cases.ArePictures(dataset);
}
