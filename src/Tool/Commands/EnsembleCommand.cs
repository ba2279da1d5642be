using System.CommandLine;
using MedSeg.Jobs;
using MedSeg.Terminal;

namespace MedSeg.Commands;

/// <summary>medseg ensemble: several model zips in, one whose predictions are their average.</summary>
internal sealed class EnsembleCommand : IToolCommand
{
    private readonly Argument<string[]> _models = new("models")
    {
        Description = "Zips of planned models of one data set, such as those of `medseg train --fold`.",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<string> _output = SharedOptions.Output("The model zip to write; default: ensemble.zip.");
    private readonly Option<string?> _author = CardJob.AuthorOption();
    private readonly Option<string?> _sign = CardJob.SignOption();

    public Command Build()
    {
        var command = new Command(
            "ensemble",
            "Joins planned models, such as the folds of a cross-validation, into one zip that averages their predictions."
        )
        {
            _models,
            _output,
            _author,
            _sign,
        };
        command.SetAction(arguments => Run(arguments));
        return command;
    }

    private int Run(ParseResult arguments)
    {
        var paths = arguments.GetRequiredValue(_models);
        var output = arguments.GetValue(_output) ?? "ensemble.zip";
        OutputFiles.Require([output], [.. paths, arguments.GetValue(_author), arguments.GetValue(_sign)]);
        var medical = new MLContext().MedicalSegmentation();
        DataViewSchema? schema = null;
        var models = new List<ITransformer>();
        var members = new List<CardMember>();
        foreach (var path in paths)
        {
            models.Add(medical.Models.Load(path, out var own));
            if (medical.Models.Describe(models[^1]).Planned is null)
            {
                throw new InputDataException(
                    $"{path} holds no planned model, of which an ensemble is made. Train it by `medseg train` "
                        + "without --no-plan and --recipe, or import it."
                );
            }

            schema ??= own;
            members.Add(new(Path.GetFileName(path), medical.Models.DigestOf(path), medical.Models.ReadCard(path)));
        }

        var card = CardJob.WithAuthor(ModelCard.OfEnsemble(members), arguments.GetValue(_author));
        medical.Models.Save(medical.Models.Ensemble(models), schema, output, card, arguments.GetValue(_sign));
        Report.Line($"Wrote {output}, an ensemble of {paths.Length} models.");
        return ExitCode.Success;
    }
}
