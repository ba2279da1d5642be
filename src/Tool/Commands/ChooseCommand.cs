using System.CommandLine;
using MedSeg.Jobs;
using MedSeg.Terminal;

namespace MedSeg.Commands;

/// <summary>medseg choose: the best of several cross-validated configurations, with the post-processing that helps it.</summary>
internal sealed class ChooseCommand : IToolCommand
{
    private readonly Argument<string> _data = new("data")
    {
        Description = "The cases of the cross-validation: dataset.json, .csv, .tsv, or a data set folder.",
    };
    private readonly Argument<string[]> _models = new("models")
    {
        Description = "Zips that `medseg train --folds` wrote, each with those of its folds and splits.json beside it.",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<bool> _single = new("--single") { Description = "Tries no averages of two configurations." };
    private readonly Option<string> _output = SharedOptions.Output("The model zip to write; default: best.zip.");
    private readonly Option<int?> _gpu = SharedOptions.Gpu();
    private readonly Option<bool> _json = SharedOptions.Json();

    public Command Build()
    {
        var command = new Command(
            "choose",
            "Finds the configuration, or the average of two, with the best cross-validated Dice, and the post-processing that helps "
                + "it; writes one zip, as nnU-Net's rules have it."
        )
        {
            _data, _models, _single, _output, _gpu, _json,
        };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));
        return command;
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var (paths, output) = (arguments.GetRequiredValue(_models), arguments.GetValue(_output) ?? "best.zip");
        OutputFiles.Require([output], [.. paths, arguments.GetRequiredValue(_data)]);
        var context = DeviceContext.Create(arguments.GetValue(_gpu));
        var dataset = context.MedicalSegmentation().Data.Read(arguments.GetRequiredValue(_data));
        var choice = ConfigurationChoiceJob.Run(
            context,
            dataset,
            [.. paths.Select(path => (Path.GetFileNameWithoutExtension(path), path))],
            output,
            withEnsembles: !arguments.GetValue(_single),
            author: null,
            key: null,
            cancellation
        );
        ConfigurationChoiceJob.Print(choice, output, arguments.GetValue(_json));
        return ExitCode.Success;
    }
}
