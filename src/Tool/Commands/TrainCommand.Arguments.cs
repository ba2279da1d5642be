using System.CommandLine;
using MedSeg.Configuration;
using MedSeg.Jobs;
using Microsoft.ML.MedicalSegmentation.Planning;

namespace MedSeg.Commands;

/// <content>The command line.</content>
internal sealed partial class TrainCommand
{
    private readonly Argument<string?> _data = new("data")
    {
        Description = "The cases: dataset.json, .csv, .tsv, or a data set folder. A column 'patient' keeps cases together.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> _output = SharedOptions.Output("The model zip to write; default: model.zip.");
    private readonly Option<string?> _onnx = new("--onnx") { Description = "Also write the network as an ONNX file." };
    private readonly Option<bool> _noPlan = new("--no-plan")
    {
        Description = "Trains without a plan: at the spacing of the files, with the patch, batch and normalisation given here.",
    };

    private readonly Option<string?> _plan =
        new("--plan") { Description = "A plan to train by, as `medseg plan` or nnU-Net writes it. Default: made from the data." };
    private readonly Option<string?> _planner = new("--planner")
    {
        Description =
            $"How the plan is made: {string.Join(", ", PlanningPreset.All.Select(preset => preset.Name))}"
            + ". Default: processor, or default with --gpu.",
    };

    private readonly Option<double?> _memory = new("--memory") { Description = "Memory to plan for, in GB. Default: that of the planner." };
    private readonly Option<string?> _configuration = new("--configuration")
    {
        Description =
            "The plan's configuration to train: 3d_fullres, 3d_lowres, 3d_cascade_fullres (with --previous) "
            + "or 2d; or all: cross-validates every one and writes the best, or the best average of two. "
            + "Default: 3d_fullres, or 2d for single slices.",
    };

    private readonly Option<string?> _previous = new("--previous")
    {
        Description =
            "For a cascade: the zip of its 3d_lowres stage. Where the zips of that stage's folds stand beside it, each case gets "
            + "the labels of the fold that was not trained on it.",
    };

    private readonly Option<double?> _minutes = new("--minutes")
    {
        Description =
            "How long training lasts, per fold; the learning rate reaches its end in this time. Default: 25 for planned training on "
            + "a processor without --epochs, else no limit.",
    };

    private readonly Option<int?> _folds = new("--folds")
    {
        Description = "Cross-validates: trains this many models, each without one part of the cases, and writes their ensemble as one zip.",
    };

    private readonly Option<int?> _fold = new("--fold")
    {
        Description = "Trains one fold alone, numbered from 0, of --folds (default: 5) or --splits. `medseg ensemble` joins the zips.",
    };

    private readonly Option<string?> _splits =
        new("--splits") { Description = "Folds as nnU-Net's splits_final.json names them. Default: drawn by the seed." };
    private readonly Option<string?> _report = new("--report")
    {
        Description =
            "Folder for training.json and training.html, written anew after every epoch; with --folds a folder of each fold in it.",
    };

    private readonly Option<string?> _recipe = new("--recipe")
    {
        Description =
            "Trains without a plan, with these options, which those below change: "
            + $"{string.Join(", ", TrainingRecipes.All.Select(recipe => recipe.Key))}.",
    };

    private readonly Option<string?> _network = new("--network")
    {
        Description = "Key of the network, as `medseg networks` lists them. Default: the plan's U-Net; attention-unet without a plan.",
    };

    private readonly Option<string?> _preset =
        new("--preset") { Description = "A published form of the network, as `medseg networks` lists them." };
    private readonly Option<int?> _width =
        new("--width") { Description = "Channels of the network's first stage; default: the network's own." };
    private readonly Option<int[]> _patch = new("--patch")
    {
        Description =
            "Patch as depth height width, in voxels; default: the plan's; without a plan what holds every volume, at most 96 on a side.",
        Arity = new(3, 3),
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _loss = new("--loss")
    {
        Description = $"The loss: {string.Join(", ", LossList.All.Select(loss => loss.Key))}; default: that of the network's paper.",
    };

    private readonly Option<string?> _weights = new("--weights")
    {
        Description =
            "Weights to start from: safetensors, a PyTorch checkpoint, what training wrote, or "
            + "a pre-trained encoder; default: random ones.",
    };

    private readonly Option<string?> _checkpoint = new("--checkpoint")
    {
        Description =
            "File that keeps the state of training after each epoch. If it exists, training resumes from it: the same command "
            + "again, after a stop, or with more epochs.",
    };

    private readonly Option<int?> _epochs = SharedOptions.Epochs("as many as --minutes allow; 50 without a plan");
    private readonly Option<int?> _batch = new("--batch") { Description = "Patches per step; default: the plan's; 2 without a plan." };
    private readonly Option<int> _accumulate = new("--accumulate")
    {
        Description = "Batches whose gradients are averaged into one step, for larger batches in the memory of one; default: 1.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<double?> _learningRate =
        new("--learning-rate") { Description = "Initial learning rate; default: 2e-3, with --gpu 1e-2; 1e-3 without a plan." };
    private readonly Option<double> _validation = new("--validation")
    {
        Description = "Share of the cases kept for validation, 0 to 0.9. Ignored with folds.",
        DefaultValueFactory = _ => 0.2,
    };

    private readonly Option<IntensityMethod?> _normalize =
        new("--normalize") { Description = "What is done to intensities without a plan; default: ZScore." };
    private readonly Option<bool> _resample = new("--resample")
    {
        Description =
            "Without a plan: the model brings volumes whose spacing differs from that of training by more than a quarter to it "
            + "before it scores them, and the labels back. Without, it warns.",
    };

    private readonly Option<string?> _card = CardJob.AuthorOption();
    private readonly Option<string?> _sign = CardJob.SignOption();
    private readonly Option<int?> _seed = SharedOptions.Seed();
    private readonly Option<int?> _threads = SharedOptions.Threads();
    private readonly Option<int?> _gpu = SharedOptions.Gpu();
    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly TrainingSettings _settings = new();

    public Command Build()
    {
        var command = new Command(
            "train",
            "Plans and trains a network for a data set by nnU-Net's rules, and writes a model zip. "
                + "Ctrl-C ends training with the best model so far."
        )
        {
            _data, _output, _onnx, _noPlan, _plan, _planner, _memory, _configuration, _previous, _minutes, _folds, _fold, _splits, _report,
            _recipe,
            _network,
            _preset,
            _width,
            _patch,
            _loss,
            _weights,
            _checkpoint,
            _epochs,
            _batch,
            _accumulate,
            _learningRate,
            _validation,
            _normalize, _resample, _card, _sign, _seed, _threads, _gpu, _json,
        };
        foreach (var option in _settings.Options)
        {
            command.Add(option);
        }

        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));

        // The other methods need numbers that the command line does not take.
        _normalize.AcceptOnlyFromAmong(nameof(IntensityMethod.ZScore), nameof(IntensityMethod.MinMax));
        return command;
    }
}
