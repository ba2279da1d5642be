using System.CommandLine;

namespace MedSeg.Commands;

/// <summary>medseg classify: trains classifiers of images and volumes, scores with them, and evaluates them.</summary>
internal sealed class ClassifyCommand : IToolCommand
{
    private static readonly IToolCommand[] Steps = [new ClassifyTrainCommand(), new ClassifyScoreCommand(), new ClassifyEvaluateCommand()];

    public Command Build()
    {
        var command = new Command(
            "classify",
            "Classifies images and volumes: trains a residual network with or without attention, scores, evaluates."
        );
        foreach (var step in Steps)
        {
            command.Subcommands.Add(step.Build());
        }

        return command;
    }
}
