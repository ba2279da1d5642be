using MedSeg.Terminal;

namespace MedSeg.Jobs;

/// <summary>From a data set to a fitted model that takes image paths.</summary>
internal static class TrainingJob
{
    /// <summary>Loads, normalises and trains, with a display of how it goes.</summary>
    /// <param name="context">Seed and device.</param>
    /// <param name="training">Cases to learn from.</param>
    /// <param name="validation">Cases that choose the best epoch; null keeps the last one.</param>
    /// <param name="normalization">What is done to intensities; saved with the model.</param>
    /// <param name="options">The recipe; columns, validation set and callbacks are set here.</param>
    /// <param name="stop">Ends training; null if nothing does.</param>
    /// <param name="epochDone">Called after every epoch; null for none.</param>
    public static TrainedModel Run(
        MLContext context,
        SegmentationDataset training,
        SegmentationDataset? validation,
        NormalizeIntensityEstimator.Options normalization,
        SegmentationTrainer.Options options,
        TrainingStop? stop = null,
        Action<SegmentationTrainingMetrics>? epochDone = null)
    {
        var medical = context.MedicalSegmentation();
        var images = medical.Transforms.LoadVolumes().Append(medical.Transforms.NormalizeIntensity(normalization));

        // Labels are loaded beside the model's own chain, as cases to score have none.
        var labels = medical.Transforms.LoadLabelVolumes();
        IDataView WithLabels(SegmentationDataset dataset)
        {
            var rows = dataset.ToDataView(context);
            return labels.Fit(rows).Transform(rows);
        }

        if (validation is not null)
        {
            var rows = WithLabels(validation);
            options = options with { Validation = options.Validation with { ValidationSet = images.Fit(rows).Transform(rows) } };
        }

        options = options with
        {
            Export = options.Export with
            {
                Preprocessing = $"{normalization.Method}{(normalization.NonZeroOnly ? " of non-zero voxels" : "")}",
            },
        };
        var model = TrainingDisplay.Run(display =>
        {
            var trainer = medical.Trainers.Segmentation(options with
            {
                ProgressCallback = display.Step,
                MetricsCallback = new Action<SegmentationTrainingMetrics>(display.Epoch) + epochDone,
            });
            return images.Append(trainer).Fit(WithLabels(training));
        }, () => stop?.Begin());
        var segmenter = model.LastTransformer;
        return new(
            model,
            segmenter.Model.Onnx,
            segmenter.TrainingHistory ?? throw new InvalidOperationException("Training gave no history.")
        );
    }

    /// <summary>The columns that a trained model takes: those of cases without labels.</summary>
    public static DataViewSchema InputSchema(MLContext context, SegmentationDataset dataset)
        => dataset.WithCases([.. dataset.Cases.Select(c => c with { LabelPath = null, Group = null })]).ToDataView(context).Schema;
}
