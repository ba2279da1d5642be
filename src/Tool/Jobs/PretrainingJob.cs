using MedSeg.Terminal;

namespace MedSeg.Jobs;

/// <summary>From a list of images to a pre-trained encoder.</summary>
internal static class PretrainingJob
{
    /// <summary>Loads, normalises and pre-trains, with a display of how it goes.</summary>
    /// <param name="context">Seed and device.</param>
    /// <param name="images">Cases to learn from; labels are not read. Cases of one group are one patient.</param>
    /// <param name="normalization">What is done to intensities.</param>
    /// <param name="options">The options; columns and callbacks are set here.</param>
    /// <param name="stop">Ends pre-training; null if nothing does.</param>
    /// <returns>The encoder, and the pipeline from paths to embeddings with its input columns.</returns>
    public static (PretrainedEncoder Encoder, ITransformer Pipeline, DataViewSchema Input) Run(
        MLContext context,
        SegmentationDataset images,
        NormalizeIntensityEstimator.Options normalization,
        EncoderPretrainer.Options options,
        TrainingStop? stop = null
    )
    {
        var medical = context.MedicalSegmentation();
        var unlabelled = images.WithCases([.. images.Cases.Select(c => c with { LabelPath = null })]).ToDataView(context);
        var loading = medical.Transforms.LoadVolumes().Append(medical.Transforms.NormalizeIntensity(normalization)).Fit(unlabelled);
        var encoder = TrainingDisplay.Run(
            display => medical
                .Trainers.Pretraining(
                    options with
                    {
                        GroupColumnName = images.Cases.Any(c => c.Group is not null) ? SegmentationDataset.GroupColumn : null,
                        ProgressCallback = display.Step,
                        MetricsCallback = display.Epoch,
                    }
                )
                .Fit(loading.Transform(unlabelled)),
            () => stop?.Begin()
        );
        return (encoder, loading.Append(encoder), unlabelled.Schema);
    }
}
