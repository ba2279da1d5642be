using System.CommandLine;
using MedSeg.Jobs;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace MedSeg.Commands;

/// <summary>A command that runs a model on images and writes a CSV file with a row for each of them.</summary>
/// <param name="name">Name of the command.</param>
/// <param name="description">What it does.</param>
/// <param name="inputs">What inputs may be.</param>
/// <param name="model">What model it takes.</param>
/// <param name="row">What has a row.</param>
/// <param name="file">The file that is written where no other is named.</param>
internal abstract class TableCommand(string name, string description, string inputs, string model, string row, string file) : IToolCommand
{
    private readonly Argument<string[]> _inputs = new("inputs") { Description = inputs, Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _model = SharedOptions.Model(model);
    private readonly Option<string> _output = SharedOptions.Output($"The CSV file to write, a row per {row}; default: {file}.");
    private readonly Option<int?> _gpu = SharedOptions.Gpu();
    private readonly Option<bool> _json = SharedOptions.Json();

    public Command Build()
    {
        var command = new Command(name, description) { _inputs, _model, _output, _gpu, _json };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));
        return command;
    }

    /// <summary>Loads the model and finds the images.</summary>
    /// <param name="context">Device.</param>
    /// <param name="model">Path of the model.</param>
    /// <param name="inputs">The inputs as they were given.</param>
    /// <returns>The files that are read, and what reads them.</returns>
    protected abstract (IEnumerable<string> Files, Func<ResultTable> Run) Prepare(MLContext context, string model, string[] inputs);

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var context = DeviceContext.Create(arguments.GetValue(_gpu));
        var path = arguments.GetRequiredValue(_model);
        var (files, run) = Prepare(context, path, arguments.GetRequiredValue(_inputs));
        var output = arguments.GetValue(_output) ?? file;
        OutputFiles.Require([output], [path, .. files]);
        using var scope = ScoringScope.Begin(cancellation);
        var table = run();
        WholeFile.Write(output, CsvText.Of([table.Header, .. table.Rows]));
        if (arguments.GetValue(_json))
        {
            Report.Json(table.Json);
        }
        else
        {
            Report.Line($"{table.Sentence} Wrote {output}.");
        }

        return ExitCode.Success;
    }
}

/// <summary>What a model gives to images.</summary>
/// <param name="Header">Names of the columns.</param>
/// <param name="Rows">The cells of each row.</param>
/// <param name="Json">The same for programs.</param>
/// <param name="Sentence">The same in a sentence.</param>
internal sealed record ResultTable(IEnumerable<string> Header, IEnumerable<IEnumerable<string>> Rows, object Json, string Sentence);
