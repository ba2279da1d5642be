using MedSeg.Information;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Planning;

namespace MedSeg.Jobs;

/// <summary>From a data set to a planned model that takes image paths.</summary>
internal static class PlannedTrainingJob
{
    /// <summary>Plans, prepares and trains, with a display of how it goes.</summary>
    /// <param name="context">Seed and device.</param>
    /// <param name="training">Cases to learn from.</param>
    /// <param name="validation">Cases that choose the best epoch; null keeps the last one.</param>
    /// <param name="options">Plan and training; validation set and callbacks are set here.</param>
    /// <param name="stop">Ends training; null if nothing does.</param>
    /// <param name="epochDone">Called after every epoch; null for none.</param>
    /// <param name="planned">Called with the plan; null for none.</param>
    /// <param name="previous">The stage before, with its predictions for all cases; null without a cascade.</param>
    public static TrainedModel Run(
        MLContext context,
        SegmentationDataset training,
        SegmentationDataset? validation,
        PlannedSegmentationTrainer.Options options,
        TrainingStop? stop = null,
        Action<SegmentationTrainingMetrics>? epochDone = null,
        Action<SegmentationPlan>? planned = null,
        StagePredictions? previous = null)
    {
        var medical = context.MedicalSegmentation();
        var images = medical.Transforms.LoadVolumes();

        // Labels are loaded beside the model's own chain, as cases to score have none.
        var labels = medical.Transforms.LoadLabelVolumes();
        IDataView WithLabels(SegmentationDataset dataset)
        {
            var rows = dataset.ToDataView(context);
            var labelled = labels.Fit(rows).Transform(rows);
            return previous?.AddTo(labelled) ?? labelled;
        }

        var train = options.Training ?? PlannedSegmentationTrainer.DefaultTraining(context);
        if (validation is not null)
        {
            var rows = WithLabels(validation);
            train = train with { Validation = train.Validation with { ValidationSet = images.Fit(rows).Transform(rows) } };
        }

        PlannedTransformer? segmenter = null;
        var model = TrainingDisplay.Run(display =>
        {
            var trainer = medical.Trainers.Planned(options with
            {
                PreviousStage = previous?.Model,
                PreviousLabelColumnName = previous is null ? null : StagePredictions.Column,
                PlanCallback = plan =>
                {
                    PlanTables.Brief(plan);
                    planned?.Invoke(plan);
                },
                Training = train with
                {
                    ProgressCallback = display.Step,
                    MetricsCallback = new Action<SegmentationTrainingMetrics>(display.Epoch) + epochDone,
                },
            });
            var chain = images.Append(trainer).Fit(WithLabels(training));
            segmenter = chain.LastTransformer;
            return chain;
        }, () => stop?.Begin());
        return new(
            model,
            segmenter?.Networks[0] ?? default,
            segmenter?.TrainingHistories[0] ?? throw new InvalidOperationException("Training gave no network.")
        );
    }
}
