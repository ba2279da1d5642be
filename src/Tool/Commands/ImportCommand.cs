using System.CommandLine;
using MedSeg.Jobs;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Import.NnUNet;

namespace MedSeg.Commands;

/// <summary>medseg import: a model of other software as a model zip.</summary>
internal sealed class ImportCommand : IToolCommand
{
    private const string NnUNet = "nnunet";

    private readonly Argument<string> _source = new("source") { Description = $"The software that trained the model: {NnUNet}." };
    private readonly Argument<string[]> _folders = new("folders")
    {
        Description =
            "Model folders TRAINER__PLANS__CONFIGURATION with plans.json, dataset.json and fold_0, "
            + "...; the probabilities of several are averaged.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _folds = new("--folds")
    {
        Description = "Folds whose networks are averaged: numbers, or all. Default: every numbered fold, or all where there is none.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _mirroring = new("--mirroring")
    {
        Description = "on or off: average tiles mirrored along the axes that the checkpoint allows. In 3D this takes eight times as long.",
        DefaultValueFactory = _ => "on",
    };

    private readonly Option<string?> _previous = new("--previous")
    {
        Description = "Model folder of the stage before, of a cascade. Default: the one beside FOLDER.",
    };
    private readonly Option<string> _checkpoint = new("--checkpoint")
    {
        Description = "Name of the checkpoint in each fold's folder.",
        DefaultValueFactory = _ => NnUNetImportOptions.Default.CheckpointName,
    };

    private readonly Option<string?> _postProcessing = new("--postprocessing")
    {
        Description = "postprocessing.pkl or postprocessing.json of nnU-Net; its steps become part of the model.",
    };
    private readonly Option<string> _output = SharedOptions.Output("The model zip; default: model.zip.");

    public Command Build()
    {
        _source.AcceptOnlyFromAmong(NnUNet);
        _mirroring.AcceptOnlyFromAmong("on", "off");
        var command = new Command("import", "Turns a trained model of nnU-Net into a model zip, which scores as nnU-Net's predictor does.")
        {
            _source, _folders, _folds, _mirroring, _previous, _checkpoint, _postProcessing, _output,
        };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult arguments)
    {
        var models = DeviceContext.Create(gpu: null).MedicalSegmentation().Models;
        var folders = arguments.GetRequiredValue(_folders);
        var model = models.ImportNnUNet(folders, new()
        {
            Folds = arguments.GetValue(_folds) ?? [],
            Mirroring = arguments.GetValue(_mirroring) == "on",
            PreviousStageFolder = arguments.GetValue(_previous),
            CheckpointName = arguments.GetRequiredValue(_checkpoint),
            PostProcessingPath = arguments.GetValue(_postProcessing),
        });
        var path = arguments.GetValue(_output) ?? "model.zip";
        models.Save(model, models.ImportedInputSchema(model), path);
        var planned = models.Describe(model).Planned;
        Report.Line(
            $"Wrote {path}: {planned?.Origin}; {planned?.Outputs.Count} outputs, "
                + $"{planned?.Members.Sum(member => member.Networks)} networks."
        );
        return ExitCode.Success;
    }
}
