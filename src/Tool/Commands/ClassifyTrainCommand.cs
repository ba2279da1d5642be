using System.CommandLine;
using MedSeg.Classification;
using MedSeg.Jobs;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;

namespace MedSeg.Commands;

/// <summary>medseg classify train: folders of images in, a model zip out.</summary>
internal sealed class ClassifyTrainCommand : IToolCommand
{
    private const double UsualValidation = 0.1;

    private readonly Argument<string> _data = new("data")
    {
        Description =
            "Folder with a folder per class, CLASS/FILE, or with parts, train/CLASS/FILE, val/..., "
            + "test/...: pictures, volumes or DICOM series.",
    };
    private readonly Option<string> _output = SharedOptions.Output("The model zip to write; default: classifier.zip.");
    private readonly Option<ResNetForm> _network = new("--network")
    {
        Description = $"{string.Join(", ", Enum.GetNames<ResNetForm>())}; default: ResNet18.",
    };
    private readonly Option<int?> _width = new("--width") { Description = "Channels of the first stage; default: 64, as published." };
    private readonly Option<string?> _attention = new("--attention")
    {
        Description =
            "An attention block in the network: "
            + $"{string.Join(", ", AttentionBlockList.All.Where(block => block.Factory is not null).Select(block => block.Key))}"
            + "; default: none.",
    };

    private readonly Option<int[]> _size = new("--size")
    {
        Description =
            "Size to which images are resized, as height width or depth height width; default: the median of the images, at most "
            + "224, of volumes 64 on a side.",
        Arity = new(2, 3),
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<ClassificationNormalization> _normalize = new("--normalize")
    {
        Description = "What is done to intensities: ZScore, MinMax, Dataset or None; default: ZScore.",
    };
    private readonly Option<bool> _balanced = new("--balanced") { Description = "Let rare classes count as much as frequent ones." };
    private readonly Option<double> _smoothing = new("--label-smoothing")
    {
        Description = "Share of the target that is spread over all classes, 0 to below 1; default: 0.",
    };
    private readonly Option<double?> _validation = new("--validation")
    {
        Description =
            "Share of each class's images that chooses the best epoch, 0 to below 1. Default: the part val "
            + $"where there is one, else {UsualValidation}.",
    };

    private readonly Option<int?> _patience = new("--patience")
    {
        Description = "Epochs without a better validation result after which training stops; default: it goes to its end.",
    };
    private readonly Option<string?> _weights = new("--weights")
    {
        Description =
            "Weights to start from: safetensors or a PyTorch checkpoint with torchvision's "
            + "names; a last layer of other classes is left out.",
    };
    private readonly Option<string?> _checkpoint = SharedOptions.Checkpoint();
    private readonly Option<int?> _epochs = SharedOptions.Epochs("20");
    private readonly Option<double?> _minutes = new("--minutes")
    {
        Description = "How long training lasts at most; the learning rate reaches its end in this time. Default: no limit.",
    };
    private readonly Option<int?> _batch = new("--batch") { Description = "Images per step; default: 32." };
    private readonly Option<double?> _learningRate = new("--learning-rate")
    {
        Description = "Initial learning rate of AdamW; default: 1e-3.",
    };
    private readonly Option<TrainingPrecision> _precision = new("--precision")
    {
        Description =
            $"Numbers to compute with while training: {string.Join(", ", Enum.GetNames<TrainingPrecision>())}.",
        DefaultValueFactory = _ => TrainingPrecision.Automatic,
    };

    private readonly Option<ResNetStem?> _stem = new("--stem")
    {
        Description = $"How the network begins: {string.Join(", ", Enum.GetNames<ResNetStem>())}; default: by the size of the images.",
    };
    private readonly Option<int?> _seed = SharedOptions.Seed();
    private readonly Option<int?> _threads = SharedOptions.Threads();
    private readonly Option<int?> _gpu = SharedOptions.Gpu();
    private readonly Option<bool> _json = SharedOptions.Json();

    public Command Build()
    {
        var command = new Command(
            "train",
            "Trains a classifier on folders of images and writes a model zip. Ctrl-C ends training with the best model so far."
        )
        {
            _data,
            _output,
            _network,
            _width,
            _stem,
            _attention,
            _size,
            _normalize,
            _balanced,
            _smoothing,
            _validation,
            _patience,
            _weights,
            _checkpoint,
            _epochs,
            _minutes,
            _batch,
            _learningRate,
            _precision,
            _seed,
            _threads,
            _gpu,
            _json,
        };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));
        return command;
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var seed = arguments.GetValue(_seed) ?? 0;
        var context = DeviceContext.CreateForTraining(arguments.GetValue(_gpu), seed);
        var medical = context.MedicalSegmentation();
        var data = ClassificationParts.Of(
            medical.Data.ReadImageFolders(arguments.GetRequiredValue(_data)),
            arguments.GetValue(_validation),
            UsualValidation,
            seed
        );
        Report.Step($"Training on {data.Training}");
        var output = arguments.GetValue(_output) ?? "classifier.zip";
        OutputFiles.Require([output], [arguments.GetValue(_weights)]);
        using var stop = new TrainingStop(cancellation);
        var trainer = medical.Trainers.Classification(Options(arguments, context, data, seed, stop));
        var model = medical.Transforms.LoadVolumes().Append(trainer).Fit(data.Training.ToDataView(context));
        ClassificationJob.Save(context, model, data, seed, output);
        var history = model.LastTransformer.TrainingHistory ?? throw new InvalidOperationException("Training gave no history.");
        var test = data.Test is null || stop.IsAsked ? null : ClassificationJob.Evaluate(context, model, data.Test);
        if (arguments.GetValue(_json))
        {
            Report.Json(new
            {
                model = output,
                seed,
                stopped = stop.IsAsked,
                epochs = history.Epochs.Count,
                seconds = history.Epochs.Count > 0 ? history.Epochs[^1].Seconds : 0,
                validationAuc = history.Best?.ValidationAuc,
                classes = model.LastTransformer.Model.Info.Classes,
                test = test is null ? null : EvaluationTable.ToJson(test),
            });
        }
        else
        {
            Report.Line($"{(stop.IsAsked ? "Stopped. " : "")}Wrote {output}: {model.LastTransformer.Model.Info}.");
            if (test is not null)
            {
                EvaluationTable.Print(test, "test");
            }
        }

        return stop.IsAsked ? ExitCode.Cancelled : ExitCode.Success;
    }

    private ClassificationTrainer.Options Options(
        ParseResult arguments,
        MLContext context,
        ClassificationParts data,
        int seed,
        TrainingStop stop
    )
    {
        var usual = new ClassificationTrainer.Options();
        return usual with
        {
            Network = new ResNetOptions
            {
                Form = arguments.GetValue(_network),
                Width = arguments.GetValue(_width),
                Stem = arguments.GetValue(_stem),
                AttentionBlock = arguments.GetValue(_attention),
            },
            ImageSize = arguments.GetValue(_size) switch
            {
                [var height, var width] => new PatchSize(1, height, width),
                [var depth, var height, var width] => new PatchSize(depth, height, width),
                _ => null,
            },
            Normalization = arguments.GetValue(_normalize),
            BalancedClasses = arguments.GetValue(_balanced),
            LabelSmoothing = arguments.GetValue(_smoothing),
            BatchSize = arguments.GetValue(_batch) ?? usual.BatchSize,
            Optimization = usual.Optimization with
            {
                MaxEpoch = arguments.GetValue(_epochs) ?? usual.Optimization.MaxEpoch,
                LearningRate = arguments.GetValue(_learningRate) ?? usual.Optimization.LearningRate,
                TimeBudget = arguments.GetValue(_minutes) is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
            },
            Validation = new()
            {
                ValidationSet = data.Validation is null ? null : ClassificationJob.Images(context, data.Validation),
                EarlyStoppingPatience = arguments.GetValue(_patience) ?? 0,
            },
            Initialization = new()
            {
                WeightsPath = arguments.GetValue(_weights),
                Loading = arguments.GetValue(_weights) is null ? new() : new() { Skip = ["fc.*"] },
            },
            Checkpoint = new() { Path = arguments.GetValue(_checkpoint) },
            Device = new() { Threads = arguments.GetValue(_threads) ?? 0, Precision = arguments.GetValue(_precision) },
            Seed = seed,
            MetricsCallback = epoch =>
            {
                stop.Begin();
                Report.Step(epoch.ToString());
            },
            CancellationToken = stop.BeforeTheFirstStep,
            StopToken = stop.Asked,
        };
    }
}
