namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Pre-training of encoders without labels, on <c>mlContext.MedicalSegmentation().Trainers</c>.</summary>
public static class PretrainingCatalog
{
    /// <summary>
    /// Trains the encoder of a network on images without labels: SimCLR, or MICLe where a column tells patients apart (Azizi et al. 2021,
    /// https://arxiv.org/abs/2101.05224).
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="network">
    /// Options of a network, such as <c>new UNetOptions { Depth = 5 }</c>, as the segmentation trainer will have them.
    /// </param>
    /// <param name="imageColumnName">Column of normalised volumes.</param>
    /// <param name="groupColumnName">
    /// Column of texts that tell patients apart, such as "PatientId". Default: null, each row is a patient of its own.
    /// </param>
    /// <param name="patchSize">Size of views, in voxels. Default: null, two thirds of the largest image on each side.</param>
    /// <param name="batchSize">Pairs of views per step, at least 2.</param>
    /// <param name="maxEpoch">Epochs, at least 1.</param>
    /// <param name="seed">Makes pre-training repeatable. Default: null, the MLContext's randomness.</param>
    /// <exception cref="ArgumentException">An argument is out of its limits; the message lists every one.</exception>
    public static EncoderPretrainer Pretraining(
        this SegmentationTrainersCatalog catalog,
        NetworkOptions network,
        string imageColumnName = "Image",
        string? groupColumnName = null,
        PatchSize? patchSize = null,
        int batchSize = 16,
        int maxEpoch = 100,
        int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        var options = new EncoderPretrainer.Options();
        return catalog.Pretraining(options with
        {
            Network = network,
            ImageColumnName = imageColumnName,
            GroupColumnName = groupColumnName,
            Sampling = options.Sampling with { PatchSize = patchSize, BatchSize = batchSize },
            Optimization = options.Optimization with { MaxEpoch = maxEpoch },
            Seed = seed,
        });
    }

    /// <summary>Trains the encoder of a network on images without labels.</summary>
    /// <exception cref="ArgumentException">An option is out of its limits; the message lists every one.</exception>
    public static EncoderPretrainer Pretraining(this SegmentationTrainersCatalog catalog, EncoderPretrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(catalog.Context, options);
    }
}
