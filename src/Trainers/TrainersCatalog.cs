namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Estimators that train networks, on <c>mlContext.MedicalSegmentation().Trainers</c>.</summary>
public static class TrainersCatalog
{
    /// <summary>Trains the network that the options choose, which may be one of the application.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="network">Options of a network, such as <c>new UNetOptions { Depth = 5 }</c>.</param>
    /// <param name="options">
    /// Options of training; their Network is not read. Default: those of <see cref="SegmentationTrainer.Options"/>.
    /// </param>
    /// <exception cref="ArgumentException">An option is out of its limits; the message lists every one.</exception>
    public static SegmentationTrainer Segmentation(
        this SegmentationTrainersCatalog catalog, NetworkOptions network, SegmentationTrainer.Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        return catalog.Segmentation((options ?? new()) with { Network = network });
    }

    /// <summary>Trains the network that <see cref="SegmentationTrainer.Options.Network"/> chooses.</summary>
    /// <exception cref="ArgumentException">An option is out of its limits; the message lists every one.</exception>
    public static SegmentationTrainer Segmentation(this SegmentationTrainersCatalog catalog, SegmentationTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(catalog.Context, options);
    }

    /// <summary>
    /// Plans a training for the data as nnU-Net does, and trains by the plan (Isensee et al. 2021,
    /// https://doi.org/10.1038/s41592-020-01008-z).
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">Column of label volumes to learn from.</param>
    /// <param name="imageColumnName">Column of volumes as they were loaded: not normalised, not resampled.</param>
    /// <param name="timeBudget">
    /// How long training lasts. Default: null, 25 minutes on a processor; 1,000 epochs of 250 steps on a GPU, as nnU-Net.
    /// </param>
    /// <param name="validationSet">Volumes whose Dice chooses the best epoch. Default: null, the last epoch is kept.</param>
    /// <param name="seed">Decides everything random. Default: null, the MLContext's randomness.</param>
    /// <exception cref="ArgumentException">An argument is out of its limits; the message lists every one.</exception>
    public static PlannedSegmentationTrainer Planned(
        this SegmentationTrainersCatalog catalog,
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        TimeSpan? timeBudget = null,
        IDataView? validationSet = null,
        int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var training = PlannedSegmentationTrainer.DefaultTraining(catalog.Context);
        return catalog.Planned(new PlannedSegmentationTrainer.Options
        {
            Training = training with
            {
                LabelColumnName = labelColumnName,
                ImageColumnName = imageColumnName,
                Optimization = training.Optimization with { TimeBudget = timeBudget ?? training.Optimization.TimeBudget },
                Validation = training.Validation with { ValidationSet = validationSet },
                Seed = seed,
            },
        });
    }

    /// <summary>Plans a training for the data as nnU-Net does, and trains by the plan; or trains by a plan that is given.</summary>
    /// <exception cref="ArgumentException">An option is out of its limits; the message lists every one.</exception>
    public static PlannedSegmentationTrainer Planned(this SegmentationTrainersCatalog catalog, PlannedSegmentationTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(catalog.Context, options);
    }

    /// <summary>
    /// Trains a U-Net as nnU-Net builds it, plain or with a residual encoder (Isensee et al. 2021,
    /// https://doi.org/10.1038/s41592-020-01008-z).
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">Column of label volumes to learn from.</param>
    /// <param name="imageColumnName">Column of normalised volumes.</param>
    /// <param name="patchSize">What the network sees at once, in voxels. Default: null, chosen by the volumes.</param>
    /// <param name="batchSize">Patches per step, at least 1.</param>
    /// <param name="maxEpoch">Epochs, at least 1.</param>
    /// <param name="validationSet">Volumes whose Dice chooses the best epoch. Default: null, the last epoch is kept.</param>
    /// <param name="seed">Makes training repeatable. Default: null, the MLContext's randomness.</param>
    /// <exception cref="ArgumentException">An argument is out of its limits; the message lists every one.</exception>
    public static SegmentationTrainer UNet(
        this SegmentationTrainersCatalog catalog,
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        PatchSize? patchSize = null,
        int batchSize = 2,
        int maxEpoch = 50,
        IDataView? validationSet = null,
        int? seed = null
    ) =>
        catalog.Segmentation(
            new UNetOptions(),
            Usual(labelColumnName, imageColumnName, patchSize, batchSize, maxEpoch, validationSet, seed)
        );

    /// <summary>Trains a U-Net as nnU-Net builds it, plain or with a residual encoder.</summary>
    /// <inheritdoc cref="Segmentation(SegmentationTrainersCatalog, NetworkOptions, SegmentationTrainer.Options?)"/>
    public static SegmentationTrainer UNet(
        this SegmentationTrainersCatalog catalog, UNetOptions network, SegmentationTrainer.Options? options = null)
        => catalog.Segmentation(network, options);

    /// <summary>Trains an Attention U-Net (Oktay et al. 2018, https://arxiv.org/abs/1804.03999).</summary>
    /// <inheritdoc cref="UNet(SegmentationTrainersCatalog, string, string, PatchSize?, int, int, IDataView?, int?)"/>
    public static SegmentationTrainer AttentionUNet(
        this SegmentationTrainersCatalog catalog,
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        PatchSize? patchSize = null,
        int batchSize = 2,
        int maxEpoch = 50,
        IDataView? validationSet = null,
        int? seed = null
    ) =>
        catalog.Segmentation(
            new AttentionUNetOptions(),
            Usual(labelColumnName, imageColumnName, patchSize, batchSize, maxEpoch, validationSet, seed)
        );

    /// <summary>Trains an Attention U-Net.</summary>
    /// <inheritdoc cref="Segmentation(SegmentationTrainersCatalog, NetworkOptions, SegmentationTrainer.Options?)"/>
    public static SegmentationTrainer AttentionUNet(
        this SegmentationTrainersCatalog catalog, AttentionUNetOptions network, SegmentationTrainer.Options? options = null)
        => catalog.Segmentation(network, options);

    /// <summary>Trains a UNETR++, 3D only (Shaker et al. 2024, https://arxiv.org/abs/2212.04497).</summary>
    /// <inheritdoc cref="UNet(SegmentationTrainersCatalog, string, string, PatchSize?, int, int, IDataView?, int?)"/>
    public static SegmentationTrainer UNETRPlusPlus(
        this SegmentationTrainersCatalog catalog,
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        PatchSize? patchSize = null,
        int batchSize = 2,
        int maxEpoch = 50,
        IDataView? validationSet = null,
        int? seed = null
    ) =>
        catalog.Segmentation(
            new UNETRPlusPlusOptions(),
            Usual(labelColumnName, imageColumnName, patchSize, batchSize, maxEpoch, validationSet, seed)
        );

    /// <summary>Trains a UNETR++, 3D only.</summary>
    /// <inheritdoc cref="Segmentation(SegmentationTrainersCatalog, NetworkOptions, SegmentationTrainer.Options?)"/>
    public static SegmentationTrainer UNETRPlusPlus(
        this SegmentationTrainersCatalog catalog, UNETRPlusPlusOptions network, SegmentationTrainer.Options? options = null)
        => catalog.Segmentation(network, options);

    /// <summary>
    /// Trains a Medical Transformer, 2D only: MedT or, by its options, LoGo, gated axial or axial attention (Valanarasu et al. 2021,
    /// https://arxiv.org/abs/2102.10662).
    /// </summary>
    /// <inheritdoc cref="UNet(SegmentationTrainersCatalog, string, string, PatchSize?, int, int, IDataView?, int?)"/>
    public static SegmentationTrainer MedicalTransformer(
        this SegmentationTrainersCatalog catalog,
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        PatchSize? patchSize = null,
        int batchSize = 2,
        int maxEpoch = 50,
        IDataView? validationSet = null,
        int? seed = null
    ) =>
        catalog.Segmentation(
            new MedicalTransformerOptions(),
            Usual(labelColumnName, imageColumnName, patchSize, batchSize, maxEpoch, validationSet, seed)
        );

    /// <summary>Trains a Medical Transformer, 2D only: MedT or, by its options, LoGo, gated axial or axial attention.</summary>
    /// <inheritdoc cref="Segmentation(SegmentationTrainersCatalog, NetworkOptions, SegmentationTrainer.Options?)"/>
    public static SegmentationTrainer MedicalTransformer(
        this SegmentationTrainersCatalog catalog, MedicalTransformerOptions network, SegmentationTrainer.Options? options = null)
        => catalog.Segmentation(network, options);

    /// <summary>Trains a CA-Net (Gu et al. 2020, https://arxiv.org/abs/2009.10549).</summary>
    /// <inheritdoc cref="UNet(SegmentationTrainersCatalog, string, string, PatchSize?, int, int, IDataView?, int?)"/>
    public static SegmentationTrainer CANet(
        this SegmentationTrainersCatalog catalog,
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        PatchSize? patchSize = null,
        int batchSize = 2,
        int maxEpoch = 50,
        IDataView? validationSet = null,
        int? seed = null
    ) =>
        catalog.Segmentation(
            new CANetOptions(),
            Usual(labelColumnName, imageColumnName, patchSize, batchSize, maxEpoch, validationSet, seed)
        );

    /// <summary>Trains a CA-Net.</summary>
    /// <inheritdoc cref="Segmentation(SegmentationTrainersCatalog, NetworkOptions, SegmentationTrainer.Options?)"/>
    public static SegmentationTrainer CANet(
        this SegmentationTrainersCatalog catalog, CANetOptions network, SegmentationTrainer.Options? options = null)
        => catalog.Segmentation(network, options);

    /// <summary>Trains a TransAttUnet (Chen et al. 2021, https://arxiv.org/abs/2107.05274).</summary>
    /// <inheritdoc cref="UNet(SegmentationTrainersCatalog, string, string, PatchSize?, int, int, IDataView?, int?)"/>
    public static SegmentationTrainer TransAttUNet(
        this SegmentationTrainersCatalog catalog,
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        PatchSize? patchSize = null,
        int batchSize = 2,
        int maxEpoch = 50,
        IDataView? validationSet = null,
        int? seed = null
    ) =>
        catalog.Segmentation(
            new TransAttUNetOptions(),
            Usual(labelColumnName, imageColumnName, patchSize, batchSize, maxEpoch, validationSet, seed)
        );

    /// <summary>Trains a TransAttUnet.</summary>
    /// <inheritdoc cref="Segmentation(SegmentationTrainersCatalog, NetworkOptions, SegmentationTrainer.Options?)"/>
    public static SegmentationTrainer TransAttUNet(
        this SegmentationTrainersCatalog catalog, TransAttUNetOptions network, SegmentationTrainer.Options? options = null)
        => catalog.Segmentation(network, options);

    /// <summary>Trains a dual attention network (DANet) (Fu et al. 2019, https://arxiv.org/abs/1809.02983).</summary>
    /// <inheritdoc cref="UNet(SegmentationTrainersCatalog, string, string, PatchSize?, int, int, IDataView?, int?)"/>
    public static SegmentationTrainer DualAttention(
        this SegmentationTrainersCatalog catalog,
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        PatchSize? patchSize = null,
        int batchSize = 2,
        int maxEpoch = 50,
        IDataView? validationSet = null,
        int? seed = null
    ) =>
        catalog.Segmentation(
            new DualAttentionOptions(),
            Usual(labelColumnName, imageColumnName, patchSize, batchSize, maxEpoch, validationSet, seed)
        );

    /// <summary>Trains a dual attention network (DANet).</summary>
    /// <inheritdoc cref="Segmentation(SegmentationTrainersCatalog, NetworkOptions, SegmentationTrainer.Options?)"/>
    public static SegmentationTrainer DualAttention(
        this SegmentationTrainersCatalog catalog, DualAttentionOptions network, SegmentationTrainer.Options? options = null)
        => catalog.Segmentation(network, options);

    /// <summary>Trains a network of multi-scale self-guided attention (Sinha and Dolz 2021, https://arxiv.org/abs/1906.02849).</summary>
    /// <inheritdoc cref="UNet(SegmentationTrainersCatalog, string, string, PatchSize?, int, int, IDataView?, int?)"/>
    public static SegmentationTrainer MultiScaleDualAttention(
        this SegmentationTrainersCatalog catalog,
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        PatchSize? patchSize = null,
        int batchSize = 2,
        int maxEpoch = 50,
        IDataView? validationSet = null,
        int? seed = null
    ) =>
        catalog.Segmentation(
            new MultiScaleDualAttentionOptions(),
            Usual(labelColumnName, imageColumnName, patchSize, batchSize, maxEpoch, validationSet, seed)
        );

    /// <summary>Trains a network of multi-scale self-guided attention.</summary>
    /// <inheritdoc cref="Segmentation(SegmentationTrainersCatalog, NetworkOptions, SegmentationTrainer.Options?)"/>
    public static SegmentationTrainer MultiScaleDualAttention(
        this SegmentationTrainersCatalog catalog, MultiScaleDualAttentionOptions network, SegmentationTrainer.Options? options = null)
        => catalog.Segmentation(network, options);

    private static SegmentationTrainer.Options Usual(
        string labelColumnName,
        string imageColumnName,
        PatchSize? patchSize,
        int batchSize,
        int maxEpoch,
        IDataView? validationSet,
        int? seed
    ) =>
        new()
        {
            LabelColumnName = labelColumnName,
            ImageColumnName = imageColumnName,
            Sampling = new() { PatchSize = patchSize, BatchSize = batchSize },
            Optimization = new() { MaxEpoch = maxEpoch },
            Validation = new() { ValidationSet = validationSet },
            Seed = seed,
        };
}
