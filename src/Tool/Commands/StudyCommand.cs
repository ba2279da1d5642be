using System.CommandLine;
using MedSeg.Jobs;
using MedSeg.Study;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;
using Microsoft.ML.MedicalSegmentation.Study;

namespace MedSeg.Commands;

/// <summary>
/// medseg study: every network, or every attention block, on the same data, splits and budget, with the U-Net as control.
/// </summary>
internal sealed class StudyCommand : IToolCommand
{
    private readonly Option<string?> _data = new("--data")
    {
        Description =
            "Folder with hippocampus, 2d/dsb2018 and 2d/chase_db1; default: the environment variable MEDSEG_DATA, else "
            + "../shared/data beside the checkout.",
    };
    private readonly Option<string[]> _tasks = new("--task")
    {
        Description = $"Tasks: {string.Join(", ", StudyTask.All.Select(task => task.Key))}; default: all.",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<string[]> _networks = new("--network")
    {
        Description = "Names of networks, or beginnings of names; default: all.",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<string[]> _blocks = new("--blocks")
    {
        Description =
            "Compare attention blocks in one U-Net instead of networks: all, or those named. A table with Dice, HD95, parameters "
            + $"and times, and a plot, for each task. U-Net of {BlockStudy.Sizes}, {BlockStudy.Steps} steps unless --steps says "
            + $"otherwise. Blocks: {string.Join(", ", AttentionBlockList.All.Select(block => block.Key))}.",
        Arity = ArgumentArity.ZeroOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _classification = new("--classification")
    {
        Description =
            $"Compare attention blocks in a residual network that classifies the chest X-rays of {ClassificationBlocks.Folder}: "
            + "area under the ROC curve with intervals and tests. --blocks names the blocks; default: all.",
    };

    private readonly Option<int?> _epochs = SharedOptions.Epochs($"with --classification {ClassificationBlocks.Epochs}");
    private readonly Option<int> _sheet = new("--sheet")
    {
        Description =
            "With --classification: pairs of Grad-CAM maps, of the plain network and of the first block, on one HTML page on which "
            + "readers judge them blindly; default: none.",
    };

    private readonly Option<string[]> _judgements = new("--judgements")
    {
        Description = "Answers that readers have saved; with --key, tells whose maps they preferred, and trains nothing.",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<string?> _key = new("--key") { Description = "With --judgements: the key of the sheet." };
    private readonly Option<bool> _pretraining = new("--pretraining")
    {
        Description =
            "Compare training from random weights and from a pre-trained encoder on few labelled cases of hippocampus and nuclei: "
            + $"{PretrainingStudy.Steps} steps unless --steps says otherwise.",
    };

    private readonly Option<int[]> _labelled = new("--labelled")
    {
        Description = "Numbers of labelled cases for --pretraining; default: 5 10 20.",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<int?> _pretrainingSteps = new("--pretraining-steps")
    {
        Description = $"Steps of each pre-training; default: {PretrainingStudy.PretrainingSteps}.",
    };
    private readonly Option<int[]> _seeds = new("--seed")
    {
        Description = "Each seed repeats everything, networks with another split, blocks with the split of the first seed; default: 0.",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<int?> _steps = new("--steps")
    {
        Description =
            "Steps of each training, for a longer or shorter budget than the task's own 400; "
            + "results of several budgets are kept side by side.",
    };
    private readonly Option<string> _output = SharedOptions.Output(
        "Folder for results; what it already holds is not trained again. Default: medseg-study."
    );
    private readonly Option<int?> _threads = SharedOptions.Threads();
    private readonly Option<int?> _gpu = SharedOptions.Gpu();

    public Command Build()
    {
        var command = new Command("study", "Compares every network, or attention blocks, on real data, with the U-Net as control.")
        {
            _data,
            _tasks,
            _networks,
            _blocks,
            _classification,
            _epochs,
            _sheet,
            _judgements,
            _key,
            _pretraining,
            _labelled,
            _pretrainingSteps,
            _seeds,
            _steps,
            _output,
            _threads,
            _gpu,
        };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));
        return command;
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        if (arguments.GetValue(_judgements) is { Length: > 0 } answers)
        {
            return Tally(
                arguments.GetValue(_key)
                    ?? throw new ArgumentException("--judgements needs --key, the file that was written with the sheet."),
                answers
            );
        }

        var folder = arguments.GetValue(_output) ?? "medseg-study";
        var data = arguments.GetValue(_data) ?? DataFolder.Find()
            ?? throw new ArgumentException("No data is named. Name the folder with --data or MEDSEG_DATA.");
        if (arguments.GetValue(_classification))
        {
            Directory.CreateDirectory(folder);
            Report.Line(Classify(arguments, data, folder, cancellation));
            return ExitCode.Success;
        }

        var ofPretraining = arguments.GetValue(_pretraining);
        var keys = arguments.GetValue(_tasks) is { Length: > 0 } named
            ? named
            : [.. StudyTask.All.Select(task => task.Key).Where(key => !ofPretraining || key != "vessels")];
        var seeds = arguments.GetValue(_seeds) is { Length: > 0 } given ? given : [0];
        var steps = arguments.GetValue(_steps) is not < 1
            ? arguments.GetValue(_steps)
            : throw new ArgumentException($"--steps is {arguments.GetValue(_steps)}; it must be at least 1.");
        var ofBlocks = arguments.GetResult(_blocks) is not null;
        var tasks = keys.Select(StudyTask.Find)
            .Select(task =>
                task with
                {
                    Steps =
                        steps
                        ?? (
                            ofPretraining ? PretrainingStudy.Steps
                            : ofBlocks ? BlockStudy.Steps
                            : task.Steps
                        ),
                }
            )
            .Select(task => (task, Named(new MLContext().MedicalSegmentation().Data.Read(Path.Combine(data, task.Folder)))))
            .ToList();
        Directory.CreateDirectory(folder);
        var report = ofPretraining ? ComparePretraining(tasks, seeds, folder, arguments, cancellation)
            : ofBlocks
            ? CompareBlocks(tasks, seeds, folder, arguments, cancellation)
            : CompareNetworks(tasks, seeds, folder, arguments, cancellation);
        Report.Line(report);
        return ExitCode.Success;
    }

    private string CompareNetworks(
        List<(StudyTask Task, SegmentationDataset Dataset)> tasks,
        int[] seeds,
        string folder,
        ParseResult arguments,
        CancellationToken cancellation
    )
    {
        // Names are looked up for every task before the first training.
        var names = arguments.GetValue(_networks) ?? [];
        foreach (
            var (task, dataset, networks) in tasks
                .Select(task => (task.Task, task.Dataset, StudyNetwork.Named(task.Task.SpatialDims, names)))
                .ToList()
        )
        {
            foreach (var (seed, network) in seeds.SelectMany(_ => networks, (seed, network) => (seed, network)))
            {
                var path = StudyResult.PathOf(folder, task, network, seed);
                if (StudyResult.Find(path) is null)
                {
                    var result = new StudyRun(task, network, seed, arguments.GetValue(_threads) ?? 0, arguments.GetValue(_gpu)).Run(
                        dataset,
                        folder,
                        cancellation
                    );
                    result.Write(path);
                    Report.Step(
                        $"{task.Key}, {network.Name}, seed {seed}: Dice {result.MeanDice:0.000} after {result.TrainingSeconds:0} s."
                    );
                }
            }
        }

        var results = Directory
            .EnumerateFiles(folder, "*.json")
            .Order(StringComparer.Ordinal)
            .Select(StudyResult.Find)
            .OfType<StudyResult>()
            .ToList();
        var report = StudyReport.Write(results);
        File.WriteAllText(Path.Combine(folder, "study.md"), report);
        return report;
    }

    private string Classify(ParseResult arguments, string data, string folder, CancellationToken cancellation)
    {
        if (
            arguments.GetValue(_tasks) is { Length: > 0 }
            || arguments.GetValue(_networks) is { Length: > 0 }
            || arguments.GetValue(_steps) is not null
        )
        {
            throw new ArgumentException(
                "--classification has its own data, network and budget. Leave out --task, "
                    + "--network and --steps; --epochs changes the budget."
            );
        }

        var blocks = arguments.GetValue(_blocks) is { Length: > 0 } named ? named : [.. new ClassificationStudyOptions().Blocks];
        var seeds = arguments.GetValue(_seeds) is { Length: > 0 } given ? given : [0];
        return new ClassificationBlocks(
            blocks,
            seeds,
            arguments.GetValue(_epochs),
            arguments.GetValue(_threads) ?? 0,
            arguments.GetValue(_gpu)
        ).Run(data, folder, arguments.GetValue(_sheet), cancellation);
    }

    private static int Tally(string key, string[] answers)
    {
        var tally = JudgementTally.Of(key, answers);
        Report.Table(
            ["preferred", "answers"],
            [
                .. tally.Preferred.Select(model => new[] { model.Key, $"{model.Value}" }),
                ["both alike", $"{tally.Alike}"],
                ["neither is plausible", $"{tally.Neither}"],
            ]
        );
        Report.Line(
            FormattableString.Invariant(
                $"{tally.Readers} reader{(tally.Readers == 1 ? "" : "s")}; sign test of the preferences: p = {tally.PValue:0.000}."
            )
        );
        return ExitCode.Success;
    }

    private string CompareBlocks(
        List<(StudyTask Task, SegmentationDataset Dataset)> tasks,
        int[] seeds,
        string folder,
        ParseResult arguments,
        CancellationToken cancellation
    )
    {
        if (arguments.GetValue(_networks) is { Length: > 0 })
        {
            throw new ArgumentException("--blocks compares attention blocks in the U-Net, --network chooses networks. Give one of them.");
        }

        var blocks = arguments.GetValue(_blocks) is { Length: > 0 } named ? named : [.. AttentionBlockList.All.Select(block => block.Key)];
        var report = string.Join(
            Environment.NewLine,
            tasks.Select(task =>
                new BlockStudy(task.Task, blocks, seeds, arguments.GetValue(_threads) ?? 0, arguments.GetValue(_gpu)).Run(
                    task.Dataset,
                    folder,
                    cancellation
                )
            )
        );
        File.WriteAllText(Path.Combine(folder, "study-blocks.md"), report);
        return report;
    }

    private string ComparePretraining(
        List<(StudyTask Task, SegmentationDataset Dataset)> tasks,
        int[] seeds,
        string folder,
        ParseResult arguments,
        CancellationToken cancellation
    )
    {
        if (arguments.GetResult(_blocks) is not null || arguments.GetValue(_networks) is { Length: > 0 })
        {
            throw new ArgumentException(
                "--pretraining compares two starts of one U-Net; --blocks and --network choose networks. Give one of them."
            );
        }

        var labelled = arguments.GetValue(_labelled) is { Length: > 0 } given ? given : [5, 10, 20];
        var steps = arguments.GetValue(_pretrainingSteps) ?? PretrainingStudy.PretrainingSteps;
        var most = tasks.Min(task => StudyTraining.Split(task.Dataset, seeds[0]).Training.Cases.Count) - 1;
        if (steps < 1 || labelled.Any(count => count < 1 || count > most))
        {
            throw new ArgumentException(
                $"--labelled is {string.Join(" ", labelled)} and --pretraining-steps is {steps}; the first must be from 1 to "
                    + $"{most}, the second at least 1."
            );
        }

        var report = string.Join(
            Environment.NewLine,
            tasks.Select(task =>
                new PretrainingStudy(task.Task, labelled, seeds, steps, arguments.GetValue(_threads) ?? 0, arguments.GetValue(_gpu)).Run(
                    task.Dataset,
                    folder,
                    cancellation
                )
            )
        );
        File.WriteAllText(Path.Combine(folder, "study-pretraining.md"), report);
        return report;
    }

    // Folders of pairs name no classes; both of the study's have one structure, with value 1.
    private static SegmentationDataset Named(SegmentationDataset dataset) =>
        dataset.Classes.Count > 0
            ? dataset
            : new(dataset.Name, dataset.Cases, [new(0, "background"), new(1, "structure")], dataset.ChannelNames);
}
