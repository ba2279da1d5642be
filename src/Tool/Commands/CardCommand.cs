using System.CommandLine;
using MedSeg.Jobs;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Provenance;

namespace MedSeg.Commands;

/// <summary>medseg card: where a model comes from; and signing it.</summary>
internal sealed class CardCommand : IToolCommand
{
    private readonly Argument<string> _model = new("model") { Description = "The model zip." };
    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Option<bool> _bom = new("--cyclonedx") { Description = "Print a CycloneDX 1.6 ML-BOM." };
    private readonly Option<string?> _trusted = new("--trusted-key")
    {
        Description = "PEM file with the public key that must have signed the card.",
    };
    private readonly Option<string?> _author = CardJob.AuthorOption();
    private readonly Option<string?> _sign = CardJob.SignOption();
    private readonly Option<string> _output = SharedOptions.Output("With --card or --sign: the model zip to write.");

    public Command Build()
    {
        var command = new Command("card", "Tells where a model comes from, after checking that its zip is unchanged; signs it.")
        {
            _model, _json, _bom, _trusted, _author, _sign, _output,
        };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult arguments)
    {
        var context = DeviceContext.Create(null);
        var models = context.MedicalSegmentation().Models;
        var path = arguments.GetRequiredValue(_model);
        var card = models.ReadCard(path, arguments.GetValue(_trusted));
        if (arguments.GetValue(_author) is not null || arguments.GetValue(_sign) is not null)
        {
            var output =
                arguments.GetValue(_output) ?? throw new ArgumentException("--card and --sign write a new zip; name it by --output.");
            OutputFiles.Require([output], [path, arguments.GetValue(_author), arguments.GetValue(_sign)]);
            var model = models.Load(path, out var schema);
            models.Save(model, schema, output, CardJob.WithAuthor(card ?? new(), arguments.GetValue(_author)), arguments.GetValue(_sign));
            Report.Line($"Wrote {output}.");
            return ExitCode.Success;
        }

        if (card is null)
        {
            throw new InputDataException(
                $"{path} has no model card. Models that `medseg train` writes have one; `medseg card "
                    + $"{path} --card author.json -o NEW.zip` adds one."
            );
        }

        if (arguments.GetValue(_bom))
        {
            Report.Line(CycloneDx.ToJson(card, models.DigestOf(path)));
        }
        else if (arguments.GetValue(_json))
        {
            Report.Json(card);
        }
        else
        {
            Report.Table(["model card", ""], card.ToRows().Select(row => (string[])[row.Name, row.Value]));
        }

        return ExitCode.Success;
    }
}
