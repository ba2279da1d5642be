using System.CommandLine;
using MedSeg.Jobs;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Networks;
using Microsoft.ML.MedicalSegmentation.Networks.ResNets;

namespace MedSeg.Commands;

/// <summary>medseg pretrain: images without labels in, the weights of an encoder out.</summary>
internal sealed class PretrainCommand : IToolCommand
{
    private readonly Argument<string[]> _data = new("data")
    {
        Description =
            "The images: one list or data set folder as `medseg train` takes it, whose labels are not read, or volumes and DICOM "
            + "folders. A column 'patient' tells patients apart.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _output = SharedOptions.Output(
        "The weights to write: .safetensors, or .zip with their description; default: encoder.safetensors."
    );
    private readonly Option<string?> _model = new("--model")
    {
        Description = "Also writes a model zip that loads, normalises and embeds volumes, for `medseg embed` and ML.NET pipelines.",
    };
    private readonly Option<string?> _onnx = new("--onnx") { Description = "Also writes the encoder as an ONNX file." };
    private readonly Option<bool> _testCases = new("--test-cases")
    {
        Description = "Learns from the cases that the data set keeps apart for testing, too.",
    };
    private readonly Option<string?> _network = new("--network")
    {
        Description = "Key of the network, as `medseg networks` lists them, or resnet for `medseg classify`. Default: attention-unet.",
    };
    private readonly Option<string?> _preset = SharedOptions.Preset();
    private readonly Option<int?> _width = SharedOptions.Width();
    private readonly Option<int?> _depth = new("--depth") { Description = "Resolutions of the network; default: the network's own." };
    private readonly Option<int[]> _patch = SharedOptions.Patch(
        "Size of views as depth height width, in voxels; default: two thirds of the largest image on each side, at most 96."
    );

    private readonly Option<int?> _batch = new("--batch") { Description = "Pairs of views per step; default: 16." };
    private readonly Option<int?> _epochs = SharedOptions.Epochs("100");
    private readonly Option<double?> _minutes = new("--minutes")
    {
        Description = "How long pre-training lasts at most; the learning rate reaches its end in this time. Default: no limit.",
    };
    private readonly Option<double?> _learningRate = SharedOptions.LearningRate("1e-3");
    private readonly Option<double?> _temperature = new("--temperature") { Description = "Temperature of the loss; default: 0.1." };
    private readonly Option<string?> _weights = new("--weights")
    {
        Description = "Weights to start from, such as those of an earlier pre-training; default: random ones.",
    };
    private readonly Option<string?> _checkpoint = new("--checkpoint")
    {
        Description = "File that keeps the state after each epoch. If it exists, pre-training resumes from it.",
    };
    private readonly Option<IntensityMethod?> _normalize = new("--normalize")
    {
        Description = "What is done to intensities; default: ZScore. The same as in training.",
    };
    private readonly Option<int?> _seed = SharedOptions.Seed();
    private readonly Option<int?> _threads = SharedOptions.Threads();
    private readonly Option<int?> _gpu = SharedOptions.Gpu();
    private readonly Option<bool> _json = SharedOptions.Json();

    public Command Build()
    {
        var command = new Command(
            "pretrain",
            "Trains a network's encoder on images without labels (SimCLR, or MICLe with patients). `medseg train --weights` starts "
                + "from it. Ctrl-C ends it with the present weights."
        )
        {
            _data,
            _output,
            _model,
            _onnx,
            _testCases,
            _network,
            _preset,
            _width,
            _depth,
            _patch,
            _batch,
            _epochs,
            _minutes,
            _learningRate,
            _temperature,
            _weights,
            _checkpoint,
            _normalize,
            _seed,
            _threads,
            _gpu,
            _json,
        };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));

        // The other methods need numbers that the command line does not take.
        _normalize.AcceptOnlyFromAmong(nameof(IntensityMethod.ZScore), nameof(IntensityMethod.MinMax));
        return command;
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var seed = arguments.GetValue(_seed) ?? 0;
        var context = DeviceContext.CreateForTraining(arguments.GetValue(_gpu), seed);
        var inputs = arguments.GetRequiredValue(_data);
        var dataset = Cases.WithoutLabels(context, inputs);
        var images = arguments.GetValue(_testCases) ? dataset.WithCases([.. dataset.Cases, .. dataset.TestCases]) : dataset;
        Report.Step($"Data: {dataset}");
        var output = arguments.GetValue(_output) ?? "encoder.safetensors";
        OutputFiles.Require(
            [output, arguments.GetValue(_model), arguments.GetValue(_onnx), arguments.GetValue(_checkpoint)],
            [.. inputs.Where(File.Exists), arguments.GetValue(_weights), .. images.Cases.SelectMany(c => c.ImagePaths.Append(c.LabelPath))]
        );
        using var stop = new TrainingStop(cancellation);
        var (encoder, pipeline, input) = PretrainingJob.Run(
            context,
            images,
            new() { Method = arguments.GetValue(_normalize) ?? IntensityMethod.ZScore },
            Options(arguments, images, seed, stop),
            stop
        );
        encoder.Save(output);
        if (arguments.GetValue(_model) is { } zip)
        {
            context.MedicalSegmentation().Models.Save(pipeline, input, zip);
        }

        if (arguments.GetValue(_onnx) is { } onnx)
        {
            encoder.Model.SaveOnnx(onnx);
        }

        Tell(arguments, encoder, images, output, seed, stop.IsAsked);
        return stop.IsAsked ? ExitCode.Cancelled : ExitCode.Success;
    }

    private EncoderPretrainer.Options Options(ParseResult arguments, SegmentationDataset images, int seed, TrainingStop stop)
    {
        var options = new EncoderPretrainer.Options();
        return options with
        {
            Network = Network(arguments, Cases.ArePictures(images)),
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
            Temperature = arguments.GetValue(_temperature) ?? options.Temperature,
            Initialization = new() { WeightsPath = arguments.GetValue(_weights) },
            Checkpoint = new() { Path = arguments.GetValue(_checkpoint) },
            Device = new() { Threads = arguments.GetValue(_threads) ?? 0 },
            Seed = seed,
            CancellationToken = stop.BeforeTheFirstStep,
            StopToken = stop.Asked,
        };
    }

    private NetworkOptions Network(ParseResult arguments, bool arePictures)
    {
        var key = arguments.GetValue(_network) ?? new AttentionUNetOptions().Entry.Key;
        var entry = key.Equals(ResNet.Entry.Key, StringComparison.OrdinalIgnoreCase) ? ResNet.Entry : NetworkList.Find(key);
        var options = entry.OptionsOf(arguments.GetValue(_preset));
        return options with
        {
            Width = arguments.GetValue(_width) ?? options.Width,
            Depth = arguments.GetValue(_depth) ?? options.Depth,
            SpatialDims = arePictures || !entry.SpatialDims.Contains(3) ? 2 : 3,
            PatchSize = arguments.GetValue(_patch) is { Length: > 0 } ? null : options.PatchSize,
        };
    }

    private void Tell(ParseResult arguments, PretrainedEncoder encoder, SegmentationDataset images, string output, int seed, bool isStopped)
    {
        var history = encoder.History.Epochs;
        if (arguments.GetValue(_json))
        {
            Report.Json(new
            {
                weights = output,
                network = encoder.Network.Entry.Key,
                tensors = encoder.Weights.Tensors.Count,
                images = images.Cases.Count,
                patients = images.Cases.Select(c => c.Group ?? c.Id).Distinct().Count(),
                seed,
                stopped = isStopped,
                epochs = history.Count,
                loss = history.Count > 0 ? history[^1].Loss : double.NaN,
                seconds = history.Count > 0 ? history[^1].Seconds : 0,
            });
            return;
        }

        Report.Line(
            $"{(isStopped ? "Stopped. " : "")}Wrote {output}: {encoder.Weights.Tensors.Count} tensors of the encoder of "
                + $"{encoder.Network.Entry.Key}. Start from them: medseg train ... --weights {output}"
        );
    }
}
