using System.CommandLine;
using System.Diagnostics;
using MedSeg.Demo;
using MedSeg.Jobs;
using MedSeg.Terminal;

namespace MedSeg.Commands;

/// <summary>medseg demo: the main job from end to end, on real volumes where there are some.</summary>
internal sealed class DemoCommand : IToolCommand
{
    private readonly Option<string?> _data = new("--data")
    {
        Description =
            "A data set with dataset.json; default: hippocampus under MEDSEG_DATA or ../shared/data "
            + "beside the checkout, a download, or phantoms.",
    };
    private readonly Option<string> _output = SharedOptions.Output("Folder for the results; default: medseg-demo.");
    private readonly Option<bool> _quick = new("--quick") { Description = "Shows the same path in a few minutes, with a lower Dice." };
    private readonly Option<bool> _offline = new("--offline") { Description = "Takes phantoms rather than download data." };
    private readonly Option<int?> _epochs = SharedOptions.Epochs("those of the recipe");
    private readonly Option<int?> _seed = SharedOptions.Seed();
    private readonly Option<int?> _threads = SharedOptions.Threads();
    private readonly Option<int?> _gpu = SharedOptions.Gpu();
    private readonly Option<bool> _json = SharedOptions.Json();

    public Command Build()
    {
        var command = new Command(
            "demo",
            "Trains an attention network, evaluates it on volumes it never saw, saves one zip, and scores in a new process."
        )
        {
            _data, _output, _quick, _offline, _epochs, _seed, _threads, _gpu, _json,
        };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));
        return command;
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var seed = arguments.GetValue(_seed) ?? 0;
        var context = DeviceContext.CreateForTraining(arguments.GetValue(_gpu), seed);
        var files = new DemoFiles(arguments.GetValue(_output) ?? "medseg-demo");
        var dataset = DemoData.Find(context, arguments.GetValue(_data), files.Folder, arguments.GetValue(_offline));
        var (training, test) = dataset.Split(dataset.Cases.Count / 5, seed);
        Report.Step($"Training on {training.Cases.Count} cases; the other {test.Cases.Count} are kept for the end.");

        var recipe = (arguments.GetValue(_quick) ? TrainingRecipes.Quick : TrainingRecipes.SmallVolumes).Options;
        var options = recipe with
        {
            Optimization = recipe.Optimization with { MaxEpoch = arguments.GetValue(_epochs) ?? recipe.Optimization.MaxEpoch },
            Device = recipe.Device with { Threads = arguments.GetValue(_threads) ?? recipe.Device.Threads },
            Seed = seed,
            CancellationToken = cancellation,
        };
        var trained = TrainingJob.Run(context, training, null, new(), options);
        var trainingSeconds = clock.Elapsed.TotalSeconds;

        var schema = TrainingJob.InputSchema(context, training);
        context.MedicalSegmentation().SaveModel(trained.Model, schema, files.Model);
        trained.SaveOnnx(context, files.Onnx);
        Report.Step($"Scoring the {test.Cases.Count} cases that training never saw ...");
        var saved = ScoringJob
            .Run(context, trained.Model, test, files.Predictions, cancellation)
            .ToDictionary(s => s.CaseId, s => s.SavedPath);
        var metrics = EvaluationJob.Run(
            context,
            test.Cases.Select(c => Pair(c, saved[c.Id])),
            dataset.Classes,
            ReportJob.DefaultMetrics,
            cancellation
        );
        var card = CardJob.Describe(trained, training, null, options, $"drawn by seed {seed}, groups kept together") with
        {
            TestCases = CardJob.Digests(test),
            Results = ModelCard.ResultsOf(metrics, "test"),
        };
        context.MedicalSegmentation().Models.Save(trained.Model, schema, files.Model, card);

        Report.Step("Loading the zip in a new process and scoring again ...");
        var differing = NewProcess.CountDifferences(files, test, saved);
        var result = new DemoResult(
            dataset,
            training,
            test,
            options,
            seed,
            metrics,
            trainingSeconds,
            clock.Elapsed.TotalSeconds,
            differing
        );
        result.Write(files);
        ReportJob.Write(context, test, files.Predictions, metrics, files.Report, new() { Title = $"Demo: {dataset.Name}" }, files.Model);
        if (arguments.GetValue(_json))
        {
            Report.Json(result.ToJson());
        }
        else
        {
            MetricsTable.Print(metrics);
            Report.Line(result.Summary(files));
        }

        return differing == 0
            ? ExitCode.Success
            : throw new InvalidOperationException(
                $"The new process labelled {differing} of {test.Cases.Count} cases differently from this one; the model zip must "
                    + "not depend on the process."
            );
    }

    private static LabelPair Pair(SegmentationCase one, string predicted)
        => new()
        {
            CaseId = one.Id,
            LabelPath =
                one.LabelPath ?? throw new ArgumentException($"Case '{one.Id}' has no labels; the demo needs labels of every case."),
            PredictedPath = predicted,
        };
}
