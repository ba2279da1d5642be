using System.CommandLine;
using System.Diagnostics;
using MedSeg.Jobs;
using MedSeg.Scoring;
using MedSeg.Synthesis;

namespace MedSeg.Commands;

/// <summary>medseg synthesize score: sources in, synthesised volumes out.</summary>
internal sealed class SynthesizeScoreCommand : IToolCommand
{
    private readonly Argument<string[]> _inputs = new("inputs")
    {
        Description =
            "Volumes, folders of volumes, DICOM studies, patterns with * and ?, or lists of cases "
            + "(dataset.json, .csv, .tsv with a column image).",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _model = SharedOptions.Model("The model zip, as `medseg synthesize train` writes it.");
    private readonly Option<string> _output = SharedOptions.Output(
        "Folder for the synthesised volumes, CASE.nii.gz; default: synthesized."
    );
    private readonly Option<string?> _difficulty = new("--difficulty")
    {
        Description =
            "Folder for volumes of difficulty, CASE.nii.gz, of models trained with --difficulty: 1 where the result looks synthetic.",
    };
    private readonly Option<string?> _part = SharedOptions.Part();
    private readonly Option<string?> _summary = SharedOptions.Summary();
    private readonly Option<bool> _overwrite = new("--overwrite")
    {
        Description = "Make volumes again that are there already, and replace files that medseg did not write. Inputs are never replaced.",
    };
    private readonly Option<double?> _overlap = new("--overlap")
    {
        Description = "How far neighbouring tiles overlap, 0 to 0.9 of the patch; default: 0.5.",
    };
    private readonly Option<int?> _gpu = SharedOptions.Gpu();
    private readonly Option<bool> _json = SharedOptions.Json();

    public Command Build()
    {
        var command = new Command("score", "Synthesises volumes with a trained model, on the source's grid and in the target's unit.")
        {
            _inputs, _model, _output, _difficulty, _part, _summary, _overwrite, _overlap, _gpu, _json,
        };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));
        return command;
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var part = BatchPart.Parse(arguments.GetValue(_part));
        BatchSummary.RequireFormat(arguments.GetValue(_summary));
        var context = DeviceContext.Create(arguments.GetValue(_gpu));
        var (modelPath, overlap) = (arguments.GetRequiredValue(_model), arguments.GetValue(_overlap));
        var model = context
            .MedicalSegmentation()
            .Models.Load(modelPath, new() { Settings = saved => saved with { Overlap = overlap ?? saved.Overlap } }, cancellation);
        var generator =
            context.MedicalSegmentation().Describe(model).Synthesis
            ?? throw new ArgumentException(
                $"'{modelPath}' does not synthesise volumes. Give a model of `medseg synthesize train`; `medseg score` runs the others."
            );
        var difficulty = arguments.GetValue(_difficulty);
        if (difficulty is not null && !generator.Info.HasDifficulty)
        {
            throw new ArgumentException(
                $"--difficulty is '{difficulty}', but '{modelPath}' was trained without it. Train with --difficulty, or leave it out."
            );
        }

        using var scope = ScoringScope.Begin(cancellation);
        var all = ScoringInputs.Find(context, arguments.GetRequiredValue(_inputs), generator.Info.InputChannels);
        var plan = new OutputPlan(all, arguments.GetValue(_output) ?? "synthesized", ".nii.gz", arguments.GetValue(_overwrite));
        if (difficulty is not null && Path.GetFullPath(difficulty) == plan.Folder)
        {
            throw new ArgumentException($"--output and --difficulty are both '{difficulty}'. Choose two folders.");
        }

        var digest = CaseReceipt.DigestOf([modelPath]);
        var batch = new SynthesisBatch(context, model, digest, plan)
        {
            Overwrite = arguments.GetValue(_overwrite),
            DifficultyFolder = difficulty,
            Settings = overlap is null ? "" : $"overlap {overlap}",
        };
        var cases = part.Of(all);
        var results = BatchSummary.Follow(batch.Run(cases, cancellation), cases.Count);
        var summary = new BatchSummary(results, digest, clock.Elapsed.TotalSeconds);
        return summary.Finish(
            arguments.GetValue(_summary),
            arguments.GetValue(_json),
            $"Synthesised {summary.Scored} of {results.Count} cases in {summary.Seconds:0.0} s; "
                + $"{summary.Skipped} unchanged and skipped, {summary.Failed} failed."
        );
    }
}
