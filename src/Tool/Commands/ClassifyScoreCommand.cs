using System.CommandLine;
using MedSeg.Classification;
using MedSeg.Jobs;
using MedSeg.Scoring;
using MedSeg.Terminal;

namespace MedSeg.Commands;

/// <summary>medseg classify score: images in, a table of classes and probabilities out.</summary>
internal sealed class ClassifyScoreCommand : IToolCommand
{
    private readonly Argument<string[]> _inputs = new("inputs")
    {
        Description = "Pictures, volumes, DICOM series, or folders of pictures or volumes.",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<string> _model = new("--model", "-m") { Description = "The model zip.", Required = true };
    private readonly Option<string> _output = SharedOptions.Output("The CSV file to write, a row per image; default: scores.csv.");
    private readonly Option<int?> _gpu = SharedOptions.Gpu();
    private readonly Option<bool> _json = SharedOptions.Json();

    public Command Build()
    {
        var command = new Command("score", "Gives the class and the probability of every class of images.")
        {
            _inputs,
            _model,
            _output,
            _gpu,
            _json,
        };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));
        return command;
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var context = DeviceContext.Create(arguments.GetValue(_gpu));
        var model = ClassificationJob.Load(context, arguments.GetRequiredValue(_model));
        List<string> paths = [.. arguments.GetRequiredValue(_inputs).SelectMany(Expanded)];
        var output = arguments.GetValue(_output) ?? "scores.csv";
        OutputFiles.Require([output], [arguments.GetValue(_model), .. paths]);
        using var scope = ScoringScope.Begin(cancellation);
        var scored = ClassificationJob.Score(context, model, paths).ToList();
        WholeFile.Write(output, ScoreTable.ToCsv(model.Info.Classes, scored));
        if (arguments.GetValue(_json))
        {
            Report.Json(
                scored.Select(row => new
                {
                    path = row.Path,
                    predicted = row.Predicted,
                    probabilities = model.Info.Classes.Zip(row.Probabilities).ToDictionary(pair => pair.First, pair => pair.Second),
                })
            );
        }
        else
        {
            Report.Line(
                $"Scored {scored.Count} image{(scored.Count == 1 ? "" : "s")}: {string.Join(", ", scored.CountBy(row => row.Predicted).Select(pair => $"{pair.Value} {pair.Key}"))}. Wrote {output}."
            );
        }

        return ExitCode.Success;
    }

    // A folder of pictures or volumes stands for them; one without is a DICOM series.
    private static IEnumerable<string> Expanded(string input)
        => Directory.Exists(input) && VolumeFiles.In(input) is { Count: > 0 } files ? files
            : Path.Exists(input) ? [input]
            : throw new FileNotFoundException($"There is no file or folder '{input}'.", input);
}
