namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Estimators that train classifiers, on <c>mlContext.MedicalSegmentation().Trainers</c>.</summary>
public static class ClassificationCatalog
{
    /// <summary>
    /// Trains a residual network of 18 layers to classify images or volumes (He et al. 2016, https://arxiv.org/abs/1512.03385).
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">Column of classes: a key or text gives a multiclass model, a Boolean a binary one.</param>
    /// <param name="imageColumnName">Column of volumes, pictures among them; they are resized and normalised within the model.</param>
    /// <param name="imageSize">The size to which images are resized. Default: null, chosen by the images.</param>
    /// <param name="batchSize">Images per step, at least 2.</param>
    /// <param name="maxEpoch">Epochs, at least 1.</param>
    /// <param name="validationSet">Images that choose the best epoch. Default: null, the last epoch is kept.</param>
    /// <param name="seed">Makes training repeatable. Default: null, the MLContext's randomness.</param>
    /// <exception cref="ArgumentException">An argument is out of its limits; the message lists every one.</exception>
    public static ClassificationTrainer Classification(
        this SegmentationTrainersCatalog catalog,
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        PatchSize? imageSize = null,
        int batchSize = 32,
        int maxEpoch = 20,
        IDataView? validationSet = null,
        int? seed = null)
    {
        var usual = new ClassificationTrainer.Options();
        return catalog.Classification(usual with
        {
            LabelColumnName = labelColumnName,
            ImageColumnName = imageColumnName,
            ImageSize = imageSize,
            BatchSize = batchSize,
            Optimization = usual.Optimization with { MaxEpoch = maxEpoch },
            Validation = new() { ValidationSet = validationSet },
            Seed = seed,
        });
    }

    /// <summary>Trains the classification network that the options choose.</summary>
    /// <exception cref="ArgumentException">An option is out of its limits; the message lists every one.</exception>
    public static ClassificationTrainer Classification(this SegmentationTrainersCatalog catalog, ClassificationTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(catalog.Context, options);
    }

    /// <summary>Trains a residual network, with or without attention blocks.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="network">
    /// The network, such as <c>new ResNetOptions { Form = ResNetForm.ResNet50, AttentionBlock = "squeeze-excitation" }</c>.
    /// </param>
    /// <param name="options">
    /// Options of training; their Network is not read. Default: those of <see cref="ClassificationTrainer.Options"/>.
    /// </param>
    /// <exception cref="ArgumentException">An option is out of its limits; the message lists every one.</exception>
    public static ClassificationTrainer Classification(
        this SegmentationTrainersCatalog catalog, ResNetOptions network, ClassificationTrainer.Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        return catalog.Classification((options ?? new()) with { Network = network });
    }
}
