using System.CommandLine;
using MedSeg.Jobs;
using MedSeg.Terminal;

namespace MedSeg.Commands;

/// <summary>medseg export: a model zip as a model of other software.</summary>
internal sealed class ExportCommand : IToolCommand
{
    private const string NnUNet = "nnunet";

    private readonly Argument<string> _target = new("target") { Description = $"The software that is to load the model: {NnUNet}." };
    private readonly Argument<string> _model = new("model")
    {
        Description = "The model zip: trained by plan or imported, with U-Nets without attention blocks.",
    };
    private readonly Option<string> _output = SharedOptions.Output("Folder for the model folders; default: exported.");

    public Command Build()
    {
        _target.AcceptOnlyFromAmong(NnUNet);
        var command = new Command("export", "Writes a model zip as folders that nnU-Net's predictor loads.") { _target, _model, _output };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult arguments)
    {
        var models = DeviceContext.Create(gpu: null).MedicalSegmentation().Models;
        foreach (
            var folder in models.ExportNnUNet(models.Load(arguments.GetRequiredValue(_model)), arguments.GetValue(_output) ?? "exported")
        )
        {
            Report.Line(folder);
        }

        return ExitCode.Success;
    }
}
