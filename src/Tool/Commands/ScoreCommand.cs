using System.CommandLine;
using System.Diagnostics;
using MedSeg.Jobs;
using MedSeg.Terminal;

namespace MedSeg.Commands;

/// <summary>medseg score: volumes in, label volumes out.</summary>
internal sealed class ScoreCommand : IToolCommand
{
    private readonly Argument<string[]> _inputs = new("inputs")
    {
        Description = "Volumes, folders with a DICOM series, or one list of cases (dataset.json, .csv, .tsv, data set folder).",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _model = new("--model", "-m") { Description = "The model zip.", Required = true };
    private readonly Option<string> _output = SharedOptions.Output("Folder for the predicted labels, CASE.nii.gz; default: predictions.");
    private readonly Option<int?> _gpu = SharedOptions.Gpu();
    private readonly Option<bool> _json = SharedOptions.Json();

    public Command Build()
    {
        var command = new Command("score", "Predicts the labels of volumes with a trained model.") { _inputs, _model, _output, _gpu, _json };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));
        return command;
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var context = SharedOptions.CreateContext(arguments.GetValue(_gpu));
        var model = context.MedicalSegmentation().LoadModel(arguments.GetRequiredValue(_model));
        var cases = Cases.Of(context, arguments.GetRequiredValue(_inputs));
        var clock = Stopwatch.StartNew();
        var saved = new List<SavedCase>();
        foreach (var one in ScoringJob.Run(context, model, cases, arguments.GetValue(_output) ?? "predictions", cancellation))
        {
            saved.Add(one);
            Report.Step($"{saved.Count}/{cases.Cases.Count} {one.CaseId}: {one.SavedPath}");
        }

        if (arguments.GetValue(_json))
        {
            Report.Json(new { seconds = clock.Elapsed.TotalSeconds, cases = saved.Select(s => new { id = s.CaseId, path = s.SavedPath }) });
        }
        else
        {
            Report.Line($"Scored {saved.Count} volumes in {clock.Elapsed.TotalSeconds:0.0} s.");
        }

        return ExitCode.Success;
    }
}
