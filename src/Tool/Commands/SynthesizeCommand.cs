using System.CommandLine;

namespace MedSeg.Commands;

/// <summary>medseg synthesize: volumes of one modality from those of another.</summary>
internal sealed class SynthesizeCommand : IToolCommand
{
    public Command Build() =>
        new(
            "synthesize",
            "Synthesises volumes of one modality from those of another: train a generator, score sources with it, evaluate the results."
        )
        {
            new SynthesizeTrainCommand().Build(),
            new SynthesizeScoreCommand().Build(),
            new SynthesizeEvaluateCommand().Build(),
        };
}
