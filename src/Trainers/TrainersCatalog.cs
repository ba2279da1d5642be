using Microsoft.ML.MedicalSegmentation;

namespace Microsoft.ML;

/// <summary>Estimators that train networks, on <c>mlContext.MedicalSegmentation().Trainers</c>.</summary>
public static class TrainersCatalog
{
    /// <summary>Trains an Attention U-Net (Oktay et al. 2018, https://arxiv.org/abs/1804.03999).</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">Column of label volumes to learn from.</param>
    /// <param name="imageColumnName">Column of normalised volumes.</param>
    /// <param name="predictedLabelColumnName">Column of label volumes that the trained model adds.</param>
    /// <param name="patchSize">What the network sees at once, each side a multiple of 16; chosen by the volumes where left out.</param>
    /// <param name="batchSize">Patches per step, at least 1.</param>
    /// <param name="maxEpoch">Times that each case is seen, at least 1.</param>
    /// <param name="learningRate">Initial rate of AdamW, above 0; falls polynomially.</param>
    /// <param name="validationSet">Volumes by whose Dice the best epoch is chosen; the last epoch is kept where left out.</param>
    /// <param name="metricsCallback">Called after each epoch.</param>
    /// <param name="seed">Makes training repeatable; the MLContext's randomness where left out.</param>
    /// <exception cref="ArgumentException">An argument is out of its limits; tells all that are.</exception>
    public static SegmentationTrainer AttentionUNet(
        this SegmentationTrainersCatalog catalog,
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        string predictedLabelColumnName = "PredictedLabel",
        PatchSize? patchSize = null,
        int batchSize = 2,
        int maxEpoch = 50,
        double learningRate = 1e-3,
        IDataView? validationSet = null,
        Action<SegmentationTrainingMetrics>? metricsCallback = null,
        int? seed = null)
        => catalog.AttentionUNet(new SegmentationTrainerOptions
        {
            LabelColumnName = labelColumnName,
            ImageColumnName = imageColumnName,
            PredictedLabelColumnName = predictedLabelColumnName,
            PatchSize = patchSize,
            BatchSize = batchSize,
            MaxEpoch = maxEpoch,
            LearningRate = learningRate,
            ValidationSet = validationSet,
            MetricsCallback = metricsCallback,
            Seed = seed,
        });

    /// <summary>Trains an Attention U-Net; its form, width and depth are those of <see cref="AttentionUNetOptions"/>.</summary>
    /// <exception cref="ArgumentException">The options name another network, or are out of their limits; tells all that are.</exception>
    public static SegmentationTrainer AttentionUNet(this SegmentationTrainersCatalog catalog, SegmentationTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var key = MedicalSegmentation.AttentionUNet.Entry.Key;
        if (!string.Equals(options.Network, key, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                $"Options.Network is '{options.Network}', but AttentionUNet trains '{key}'. Use Trainers.{nameof(Segmentation)}(options), or leave Network as it is.",
                nameof(options));
        }

        return catalog.Segmentation(options);
    }

    /// <summary>Trains any network of <see cref="NetworkList"/>, as the options say.</summary>
    /// <exception cref="ArgumentException">An option is out of its limits; tells all that are.</exception>
    public static SegmentationTrainer Segmentation(this SegmentationTrainersCatalog catalog, SegmentationTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(catalog.Context, options);
    }
}
