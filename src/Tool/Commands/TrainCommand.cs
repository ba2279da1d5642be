using System.CommandLine;
using MedSeg.Jobs;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Networks;

namespace MedSeg.Commands;

/// <summary>medseg train: a data set in, a model zip out.</summary>
internal sealed class TrainCommand : IToolCommand
{
    private readonly Argument<string> _data = new("data") { Description = "The cases: dataset.json, .csv, .tsv, or a data set folder." };
    private readonly Option<string> _output = SharedOptions.Output("The model zip to write; default: model.zip.");
    private readonly Option<string?> _onnx = new("--onnx") { Description = "Also write the network as an ONNX file." };
    private readonly Option<string?> _recipe = new("--recipe") { Description = $"Options to start from, which those below change: {string.Join(", ", TrainingRecipes.All.Select(recipe => recipe.Key))}." };
    private readonly Option<string?> _network = new("--network") { Description = "Key of the network, as `medseg networks` lists them; default: attention-unet." };
    private readonly Option<string?> _preset = new("--preset") { Description = "A published form of the network, as `medseg networks` lists them." };
    private readonly Option<int?> _width = new("--width") { Description = "Channels of the network's first stage; default: the network's own." };
    private readonly Option<int[]> _patch = new("--patch") { Description = "Patch as depth height width, in voxels; default: what holds every volume, at most 96 on a side.", Arity = new(3, 3), AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _loss = new("--loss") { Description = $"The loss: {string.Join(", ", LossList.All.Select(loss => loss.Key))}; default: that of the network's paper." };
    private readonly Option<string?> _weights = new("--weights") { Description = "Weights to start from: safetensors, a PyTorch checkpoint, or what training wrote; default: random ones." };
    private readonly Option<string?> _checkpoint = new("--checkpoint") { Description = "File that keeps the state of training after each epoch. If it exists, training continues from it: give the same command again after a stop." };
    private readonly Option<int?> _epochs = SharedOptions.Epochs("50");
    private readonly Option<int?> _batch = new("--batch") { Description = "Patches per step; default: 2." };
    private readonly Option<double?> _learningRate = new("--learning-rate") { Description = "Initial learning rate; default: 1e-3." };
    private readonly Option<double> _validation = new("--validation") { Description = "Share of the cases kept for validation, 0 to 0.9.", DefaultValueFactory = _ => 0.2 };
    private readonly Option<IntensityMethod> _normalize = new("--normalize") { Description = "What is done to intensities.", DefaultValueFactory = _ => IntensityMethod.ZScore };
    private readonly Option<bool> _resample = new("--resample")
    {
        Description = "The model brings volumes whose spacing differs from that of training by more than a quarter to it before it scores them, and the labels back. Without, it warns.",
    };

    private readonly Option<int?> _seed = SharedOptions.Seed();
    private readonly Option<int?> _threads = SharedOptions.Threads();
    private readonly Option<int?> _gpu = SharedOptions.Gpu();
    private readonly Option<bool> _json = SharedOptions.Json();

    public Command Build()
    {
        var command = new Command("train", "Trains a network on a data set and writes a model zip. Pictures of one slice get a network of two spatial axes.")
        {
            _data, _output, _onnx, _recipe, _network, _preset, _width, _patch, _loss, _weights, _checkpoint, _epochs, _batch, _learningRate, _validation, _normalize, _resample, _seed, _threads, _gpu, _json,
        };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));
        return command;
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var seed = arguments.GetValue(_seed) ?? 0;
        var context = DeviceContext.CreateForTraining(arguments.GetValue(_gpu), seed);
        var dataset = context.MedicalSegmentation().Data.Read(arguments.GetRequiredValue(_data));
        Report.Step($"Data: {dataset}");
        var output = arguments.GetValue(_output) ?? "model.zip";
        OutputFiles.Require(
            [output, arguments.GetValue(_onnx)],
            [arguments.GetValue(_data), arguments.GetValue(_weights), .. DataFiles(arguments.GetRequiredValue(_data), dataset)]);
        var share = arguments.GetValue(_validation);
        if (share is < 0 or > 0.9)
        {
            throw new ArgumentException($"--validation is {share}; it must be 0 to 0.9.");
        }

        var (training, validation) = Cases.Split(dataset, (int)Math.Round(share * dataset.Cases.Count), seed);
        var options = Options(arguments, dataset, seed, cancellation);
        var (model, segmenter) = TrainingJob.Run(
            context, training, validation.Cases.Count > 0 ? validation : null, new() { Method = arguments.GetValue(_normalize) }, options);

        context.MedicalSegmentation().SaveModel(model, TrainingJob.InputSchema(context, training), output);
        if (arguments.GetValue(_onnx) is { } onnx)
        {
            segmenter.Model.SaveOnnx(onnx);
        }

        if (arguments.GetValue(_json))
        {
            Report.Json(new { model = output, seed, training = training.Cases.Select(c => c.Id), validation = validation.Cases.Select(c => c.Id) });
        }
        else
        {
            Report.Line($"Wrote {output}.");
        }

        return ExitCode.Success;
    }

    private SegmentationTrainer.Options Options(ParseResult arguments, SegmentationDataset dataset, int seed, CancellationToken cancellation)
    {
        var options = arguments.GetValue(_recipe) is { } recipe ? TrainingRecipes.Find(recipe).Options : new();
        var isPicture = IsPicture(dataset);
        var given = arguments.GetValue(_patch) is [var depth, var height, var width] ? new PatchSize(depth, height, width) : (PatchSize?)null;
        var replacesPatch = given is not null || (isPicture && options.Sampling.PatchSize is { Depth: > 1 });
        return options with
        {
            Network = Network(arguments, options.Network, isPicture, given is not null),
            Loss = arguments.GetValue(_loss) is { } loss ? LossList.Find(loss).Default : options.Loss,
            Sampling = options.Sampling with
            {
                PatchSize = replacesPatch ? given : options.Sampling.PatchSize,
                BatchSize = arguments.GetValue(_batch) ?? options.Sampling.BatchSize,
            },
            Optimization = options.Optimization with
            {
                MaxEpoch = arguments.GetValue(_epochs) ?? options.Optimization.MaxEpoch,
                LearningRate = arguments.GetValue(_learningRate) ?? options.Optimization.LearningRate,
            },
            Initialization = options.Initialization with { WeightsPath = arguments.GetValue(_weights) },
            Checkpoint = options.Checkpoint with { Path = arguments.GetValue(_checkpoint) },
            Device = options.Device with { Threads = arguments.GetValue(_threads) ?? options.Device.Threads },
            Export = replacesPatch ? options.Export with { ScoringPatchSize = null } : options.Export,
            Scoring = arguments.GetValue(_resample) ? new() { Resampling = ResamplingOptions.NnUNet } : options.Scoring,
            Seed = seed,
            CancellationToken = cancellation,
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

    // By all cases, not by those that the seed puts first: one volume among slices makes three axes.
    private static bool IsPicture(SegmentationDataset dataset)
        => dataset.Cases.Count > 0 && dataset.Cases.All(c => VolumeFormats.ReadHeader(c.ImagePaths[0]).Shape.Depth == 1);
}
