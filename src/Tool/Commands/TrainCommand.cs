using System.CommandLine;
using MedSeg.Configuration;
using MedSeg.Jobs;
using MedSeg.Reporting;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Planning;
using Microsoft.ML.MedicalSegmentation.Training;

namespace MedSeg.Commands;

/// <summary>medseg train: a data set in, a model zip out.</summary>
internal sealed partial class TrainCommand : IToolCommand
{
    private TrainingConfiguration _configured = new([], []);

    private int Run(ParseResult given, CancellationToken cancellation)
    {
        if (_settings.IsSchemaAskedFor(given))
        {
            Report.Json(_settings.Schema(given.CommandResult.Command));
            return ExitCode.Success;
        }

        _configured = _settings.Load(given);
        var arguments = CommandSection.Complete(given, _configured.Command);
        _configured = _configured.With(_settings.OfCommandLine(arguments));
        RequireConsistent(arguments);
        if (_settings.WrittenTo(arguments) is { } path)
        {
            WriteConfiguration(arguments, path);
            return ExitCode.Success;
        }

        var data =
            arguments.GetValue(_data)
            ?? throw new ArgumentException(
                "The cases are missing: `medseg train DATA`, DATA being a data set folder, dataset.json, .csv or .tsv."
            );
        try
        {
            return RunTraining(arguments, data, cancellation);
        }
        catch (Exception fault)
            when (Blame.Innermost(fault) is VolumeFormatException
                || Blame.Innermost(fault).Message.StartsWith("Row ", StringComparison.Ordinal)
            )
        {
            Report.Step($"`medseg check {data}` reports every fault of the data at once.");
            throw;
        }
        catch (Exception fault) when (Blame.Innermost(fault) is OperationCanceledException)
        {
            Report.Step(KeptWithoutModel(arguments));
            throw;
        }
    }

    private string KeptWithoutModel(ParseResult arguments) => Checkpoint(arguments) is { } path && File.Exists(path)
        ? $"There is no model. '{path}' keeps the training up to its last whole epoch; the same command continues it."
        : "There is no model, as no step of training was done; nothing is kept.";

    private static void AnnounceResume(string? checkpoint)
    {
        if (checkpoint is not null && File.Exists(checkpoint) && TrainingCheckpoint.EpochsDone(checkpoint) is { } epochs)
        {
            Report.Step(
                $"Continues after epoch {epochs}, whose state is in '{checkpoint}'. To start over, delete it or name another file."
            );
        }
    }

    private int RunTraining(ParseResult arguments, string data, CancellationToken cancellation)
    {
        var seed = arguments.GetValue(_seed) ?? 0;
        var context = DeviceContext.CreateForTraining(arguments.GetValue(_gpu), seed);
        var dataset = context.MedicalSegmentation().Data.Read(data);
        Report.Step($"Data: {dataset}");
        if (dataset.Cases.All(one => one.LabelPath is null))
        {
            throw new InputDataException(
                $"{data}: no case has labels, which training needs. Name a data set folder, a "
                    + "dataset.json or a list with a column of labels."
            );
        }

        CardJob.Require(arguments.GetValue(_card), arguments.GetValue(_sign));
        var output = arguments.GetValue(_output) ?? "model.zip";
        OutputFiles.Require(
            [output, arguments.GetValue(_onnx)],
            [
                arguments.GetValue(_data), arguments.GetValue(_weights), arguments.GetValue(_plan), arguments.GetValue(_previous),
                arguments.GetValue(_splits), arguments.GetValue(_card), arguments.GetValue(_sign), .. DataFiles(data, dataset),
            ]);
        if (dataset.Regions.Count > 0 && !IsPlanned(arguments))
        {
            throw new ArgumentException("The data set has regions, which are trained by a plan. Leave out --no-plan and --recipe.");
        }

        if (_configured.Apply(new()).Partition is { } partition)
        {
            Report.Step($"Each patch is computed by {partition}.");
        }

        using var previous = arguments.GetValue(_previous) is { } stage ? StagePredictions.Make(context, stage, dataset) : null;
        using var stop = new TrainingStop(cancellation);
        TrainedModel Train(
            SegmentationDataset training, SegmentationDataset? validation, SegmentationPlan? plan, string? checkpoint,
            string part = "", string? configuration = null, StagePredictions? stageBefore = null)
        {
            var options = Options(arguments, context, dataset, seed, stop);
            options = options with { Checkpoint = options.Checkpoint with { Path = checkpoint } };
            AnnounceResume(checkpoint);
            var report = arguments.GetValue(_report) is { } folder
                ? new TrainingReport(Path.Combine(folder, part), dataset, training, validation, options)
                : null;
            return IsPlanned(arguments)
                ? PlannedTrainingJob.Run(
                    context, training, validation,
                    Planned(arguments, context, training, options, plan, IsPicture(dataset), configuration), stop,
                    epoch => report?.Add(epoch), found => report?.TakePlan(found), stageBefore ?? previous)
                : TrainingJob.Run(context, training, validation, Normalization(arguments), options, stop, epoch => report?.Add(epoch));
        }

        if (Folds(arguments, dataset, seed) is { } folds)
        {
            var plan = arguments.GetValue(_plan) is { } path
                ? SegmentationPlan.Load(path)
                : context.MedicalSegmentation().Plan(dataset, Planning(arguments, context));
            var records = new CaseRecords();
            ModelCard Describe(TrainedModel trained, DatasetFold fold) => CardJob.Describe(
                trained, fold.Training, fold.Validation, trained.AsTrained(Options(arguments, context, fold.Training, seed, stop)),
                $"fold {fold.Number} of {folds.Count}", records);
            int TrainFolds(string zip, string? checkpoint, string? configuration, StagePredictions? stageBefore)
            {
                var job = new FoldTrainingJob(context, zip, checkpoint, (fold, state) => Train(
                    fold.Training, fold.Validation.Cases.Count > 0 ? fold.Validation : null, plan, state,
                    Path.Combine(configuration ?? "", $"fold-{fold.Number}"), configuration, stageBefore), Describe, stop)
                {
                    Author = arguments.GetValue(_card),
                    Key = arguments.GetValue(_sign),
                    IsQuiet = configuration is not null,
                };
                return job.Run(folds, arguments.GetValue(_fold), arguments.GetValue(_json));
            }

            return HasAllConfigurations(arguments)
                ? AllConfigurationsJob.Run(
                    context, dataset, plan, output, arguments.GetValue(_card), arguments.GetValue(_sign), arguments.GetValue(_json),
                    (name, zip, stage) => TrainFolds(zip, Checkpoint(arguments) is { } state ? $"{state}.{name}" : null, name, stage),
                    cancellation)
                : TrainFolds(output, Checkpoint(arguments), null, null);
        }

        var (training, validation) = dataset.Split((int)Math.Round(Share(arguments) * dataset.Cases.Count), seed);
        if (training.Cases.Count == 0)
        {
            throw new InputDataException(
                $"--validation {Share(arguments)} keeps all cases apart, and none of the {dataset.Cases.Count} is left to train on. "
                    + "Use a smaller share, or 0 to train on all."
            );
        }

        var trained = Train(training, validation.Cases.Count > 0 ? validation : null, null, Checkpoint(arguments));
        CardJob.Save(
            context, trained, training, validation, trained.AsTrained(Options(arguments, context, training, seed, stop)),
            $"drawn by seed {seed}, groups kept together", output, arguments.GetValue(_card), arguments.GetValue(_sign), stop.IsAsked);
        if (arguments.GetValue(_onnx) is { } onnx)
        {
            trained.SaveOnnx(context, onnx);
        }

        trained.Report(output, seed, stop.IsAsked, training, validation, Checkpoint(arguments), arguments.GetValue(_json));
        return stop.IsAsked ? ExitCode.Cancelled : ExitCode.Success;
    }
}
