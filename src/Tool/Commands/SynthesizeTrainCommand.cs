using System.CommandLine;
using MedSeg.Jobs;
using MedSeg.Synthesis;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Networks;

namespace MedSeg.Commands;

/// <summary>medseg synthesize train: pairs in, a model zip out.</summary>
internal sealed class SynthesizeTrainCommand : IToolCommand
{
    private readonly Argument<string> _data = new("data")
    {
        Description =
            "The pairs: a .csv or .tsv with the columns source and target, or a folder with the folders source and target. A column "
            + "'patient' keeps cases together.",
    };
    private readonly Option<string> _output = SharedOptions.Output("The model zip to write; default: synthesis.zip.");
    private readonly Option<string?> _onnx = new("--onnx") { Description = "Also write the generator as an ONNX file." };
    private readonly Option<string?> _mask = new("--mask")
    {
        Description = "Column of the table, or a folder of CASE.nii.gz, with regions that a third of the patches is centred on.",
    };
    private readonly Option<string?> _network = new("--network")
    {
        Description = "Key of the generator's network, as `medseg networks` lists them. Default: a U-Net of depth 4.",
    };
    private readonly Option<string?> _preset = SharedOptions.Preset();
    private readonly Option<int?> _width = SharedOptions.Width();
    private readonly Option<bool> _tanh = new("--tanh")
    {
        Description = "End the generator in tanh: results stay within the range of the training targets. Default: linear.",
    };
    private readonly Option<int[]> _patch = SharedOptions.Patch(
        "Patch as depth height width, in voxels; default: what holds every volume, at most 96 on a side."
    );

    private readonly Option<double?> _difficulty = new("--difficulty-weight")
    {
        Description =
            "How much more the error counts where the local discriminator is sure that a place is synthetic; 0 turns it off. Default: 1.",
    };
    private readonly Option<bool> _map = new("--difficulty")
    {
        Description = "The model also writes volumes of difficulty, which `medseg synthesize score --difficulty` asks for.",
    };
    private readonly Option<bool> _showSource = new("--show-source")
    {
        Description = "The discriminators see the source beside what they judge.",
    };
    private readonly Option<string?> _weights = new("--weights")
    {
        Description = "Weights for the generator to start from; default: random ones.",
    };
    private readonly Option<string?> _checkpoint = SharedOptions.Checkpoint();
    private readonly Option<int?> _epochs = SharedOptions.Epochs("50");
    private readonly Option<double?> _minutes = new("--minutes") { Description = "How long training lasts at most. Default: no limit." };
    private readonly Option<int?> _batch = new("--batch") { Description = "Patches per step; default: 2." };
    private readonly Option<double?> _learningRate = SharedOptions.LearningRate("2e-4");
    private readonly Option<TrainingPrecision?> _precision = new("--precision")
    {
        Description = "Float32, BFloat16, or Automatic: bfloat16 where the processor has it. Default: Float32.",
    };
    private readonly Option<double> _validation = new("--validation")
    {
        Description = "Share of the pairs kept for validation, 0 to 0.9.",
        DefaultValueFactory = _ => 0.2,
    };
    private readonly Option<IntensityMethod?> _normalize = new("--normalize")
    {
        Description = "What is done to the source's intensities; default: ZScore.",
    };
    private readonly Option<int?> _seed = SharedOptions.Seed();
    private readonly Option<int?> _threads = SharedOptions.Threads();
    private readonly Option<int?> _gpu = SharedOptions.Gpu();
    private readonly Option<bool> _json = SharedOptions.Json();

    public Command Build()
    {
        var command = new Command(
            "train",
            "Trains a generator with two discriminators and writes a model zip. Ctrl-C ends training with the best model so far."
        )
        {
            _data,
            _output,
            _onnx,
            _mask,
            _network,
            _preset,
            _width,
            _tanh,
            _patch,
            _difficulty,
            _map,
            _showSource,
            _weights,
            _checkpoint,
            _epochs,
            _minutes,
            _batch,
            _learningRate,
            _precision,
            _validation,
            _normalize,
            _seed,
            _threads,
            _gpu,
            _json,
        };
        _normalize.AcceptOnlyFromAmong(nameof(IntensityMethod.ZScore), nameof(IntensityMethod.MinMax));
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));
        return command;
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var share = arguments.GetValue(_validation);
        if (share is not (>= 0 and <= 0.9))
        {
            throw new ArgumentException($"--validation is {share}; it must be 0 to 0.9.");
        }

        var (path, seed) = (arguments.GetRequiredValue(_data), arguments.GetValue(_seed) ?? 0);
        var context = DeviceContext.CreateForTraining(arguments.GetValue(_gpu), seed);
        var data = PairedData.Read(context, path, arguments.GetValue(_mask));
        Terminal.Report.Step($"Data: {data.Pairs}");
        var output = arguments.GetValue(_output) ?? "synthesis.zip";
        OutputFiles.Require(
            [output, arguments.GetValue(_onnx)],
            [
                path,
                arguments.GetValue(_weights),
                .. data.Pairs.Cases.SelectMany(one => one.ImagePaths.Append(one.LabelPath)),
                .. data.Masks.Values,
            ]
        );
        using var stop = new TrainingStop(cancellation);
        var (training, validation) = data.Pairs.Split((int)Math.Round(share * data.Pairs.Cases.Count), seed);
        var model = SynthesisTraining.Run(
            context,
            data.With(training),
            validation.Cases.Count > 0 ? data.With(validation) : null,
            arguments.GetValue(_normalize) ?? IntensityMethod.ZScore,
            Options(arguments, data, seed, stop),
            stop
        );
        context.MedicalSegmentation().SaveModel(model, TrainingJob.InputSchema(context, training), output);
        var generator = model.LastTransformer;
        if (arguments.GetValue(_onnx) is { } onnx)
        {
            generator.Model.SaveOnnx(onnx);
        }

        Report(arguments, generator.TrainingHistory, output, seed, stop.IsAsked, training, validation);
        return stop.IsAsked ? ExitCode.Cancelled : ExitCode.Success;
    }

    private SynthesisTrainer.Options Options(ParseResult arguments, PairedData data, int seed, TrainingStop stop)
    {
        var options = new SynthesisTrainer.Options();
        return options with
        {
            Network = Network(arguments, options.Network, data),
            Output = arguments.GetValue(_tanh) ? GeneratorOutput.Tanh : GeneratorOutput.Linear,
            DifficultyColumnName = arguments.GetValue(_map) ? "Difficulty" : null,
            ShowsSource = arguments.GetValue(_showSource),
            Losses = options.Losses with { DifficultyWeight = arguments.GetValue(_difficulty) ?? options.Losses.DifficultyWeight },
            Sampling = options.Sampling with
            {
                PatchSize = arguments.GetPatch(_patch),
                BatchSize = arguments.GetValue(_batch) ?? options.Sampling.BatchSize,
            },
            Optimization = options.Optimization with
            {
                MaxEpoch = arguments.GetValue(_epochs) ?? options.Optimization.MaxEpoch,
                LearningRate = arguments.GetValue(_learningRate) ?? options.Optimization.LearningRate,
                TimeBudget = arguments.GetValue(_minutes) is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
            },
            Initialization = new() { WeightsPath = arguments.GetValue(_weights) },
            Checkpoint = new() { Path = arguments.GetValue(_checkpoint) },
            Device = new()
            {
                Threads = arguments.GetValue(_threads) ?? 0,
                Precision = arguments.GetValue(_precision) ?? TrainingPrecision.Float32,
            },
            Seed = seed,
            CancellationToken = stop.BeforeTheFirstStep,
            StopToken = stop.Asked,
        };
    }

    private NetworkOptions Network(ParseResult arguments, NetworkOptions usual, PairedData data)
    {
        var isPicture = data.Pairs.Cases.All(one => VolumeFormats.ReadHeader(one.ImagePaths[0]).Shape.Depth == 1);
        var (key, preset) = (arguments.GetValue(_network), arguments.GetValue(_preset));
        var options = key is null && preset is null ? usual : (key is null ? usual.Entry : NetworkList.Find(key)).OptionsOf(preset);
        return options with
        {
            Width = arguments.GetValue(_width) ?? options.Width,
            SpatialDims = isPicture ? 2 : options.SpatialDims,
            PatchSize = arguments.GetValue(_patch) is { Length: > 0 } ? null : options.PatchSize,
        };
    }

    private void Report(
        ParseResult arguments,
        SynthesisTrainingHistory? history,
        string output,
        int seed,
        bool isStopped,
        SegmentationDataset training,
        SegmentationDataset validation
    )
    {
        if (!arguments.GetValue(_json))
        {
            Terminal.Report.Line(
                $"{(isStopped ? "Stopped. " : "")}Wrote {output}"
                    + $"{(history?.Best is { } best ? $" with the weights of epoch {best.Epoch}" : "")}."
            );
            return;
        }

        Terminal.Report.Json(new
        {
            model = output,
            seed,
            stopped = isStopped,
            epochs = history?.Epochs.Count,
            seconds = history?.Epochs is [.., var last] ? last.Seconds : default(double?),
            validationError = history?.Best?.ValidationError,
            training = training.Cases.Select(one => one.Id),
            validation = validation.Cases.Select(one => one.Id),
        });
    }
}
