using MedSeg.Jobs;
using MedSeg.Terminal;
using Microsoft.ML.Data;

namespace MedSeg.Synthesis;

/// <summary>From pairs to a fitted model that takes paths of sources.</summary>
internal static class SynthesisTraining
{
    /// <summary>Loads, normalises and trains, with a display of how it goes.</summary>
    /// <param name="context">Seed and device.</param>
    /// <param name="training">Pairs to learn from; their masks are regions that patches are drawn from more often.</param>
    /// <param name="validation">Pairs that choose the best epoch; null keeps the last one.</param>
    /// <param name="method">What is done to the source's intensities; saved with the model.</param>
    /// <param name="options">The options; columns, validation set and callbacks are set here.</param>
    /// <param name="stop">Ends training.</param>
    public static TransformerChain<SynthesisTransformer> Run(
        MLContext context,
        PairedData training,
        PairedData? validation,
        IntensityMethod method,
        SynthesisTrainer.Options options,
        TrainingStop stop
    )
    {
        var transforms = context.MedicalSegmentation().Transforms;
        var sources = transforms
            .LoadVolumes()
            .Append(transforms.NormalizeIntensity(new NormalizeIntensityEstimator.Options { Method = method }));
        var hasRegions = training.Masks.Count > 0;

        // Targets are loaded beside the model's own chain, as cases to score have none.
        IDataView WithTargets(PairedData data)
        {
            var rows = data.ToDataView(context);
            IEstimator<ITransformer> targets = transforms.LoadVolumes("Target", "TargetPath");
            targets = hasRegions ? targets.Append(transforms.LoadLabelVolumes("Region", "MaskPath")) : targets;
            return targets.Fit(rows).Transform(rows);
        }

        if (validation is not null)
        {
            var rows = WithTargets(validation);
            options = options with { Validation = options.Validation with { ValidationSet = sources.Fit(rows).Transform(rows) } };
        }

        options = options with
        {
            RegionColumnName = hasRegions ? "Region" : null,
            Export = options.Export with { Preprocessing = method.ToString() },
        };
        return TrainingDisplay.Run(display =>
        {
            var trainer = context.MedicalSegmentation().Trainers.Synthesis(
                options with { ProgressCallback = display.Step, MetricsCallback = display.Epoch }
            );
            return sources.Append(trainer).Fit(WithTargets(training));
        }, stop.Begin);
    }
}
