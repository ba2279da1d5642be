using System.CommandLine;
using MedSeg.Information;
using MedSeg.Terminal;

namespace MedSeg.Commands;

/// <summary>medseg info FILE: what a volume or a model is.</summary>
internal sealed class InfoCommand : IToolCommand
{
    private readonly Argument<string> _file = new("file")
    {
        Description = "A volume, a folder with one or more DICOM series, or a model (.zip, .onnx).",
    };
    private readonly Option<bool> _json = SharedOptions.Json();

    public Command Build()
    {
        var command = new Command("info", "Tells what a volume or a model is.") { _file, _json };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult arguments)
    {
        var path = arguments.GetRequiredValue(_file);
        var json = arguments.GetValue(_json);
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".zip":
                ModelInformation.OfZip(path, json);
                break;
            case ".onnx":
                ModelInformation.OfOnnx(path, json);
                break;
            default:
                VolumeInformation.Of(path, json);
                break;
        }

        return ExitCode.Success;
    }
}
