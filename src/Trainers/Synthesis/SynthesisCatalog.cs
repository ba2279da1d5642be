namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Estimators that train generators of volumes, on <c>mlContext.MedicalSegmentation().Trainers</c>.</summary>
public static class SynthesisCatalog
{
    /// <summary>
    /// Trains a generator from source to target volumes with two discriminators and difficult-region attention (Nie et al. 2019,
    /// https://arxiv.org/abs/1907.03297).
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="targetColumnName">Column of target volumes, in their own unit, on the source's grid.</param>
    /// <param name="sourceColumnName">Column of normalised source volumes.</param>
    /// <param name="outputColumnName">Column of synthesised volumes that the trained model adds.</param>
    /// <param name="patchSize">What the generator sees at once, in voxels. Default: null, chosen by the volumes.</param>
    /// <param name="batchSize">Patches per step, at least 1.</param>
    /// <param name="maxEpoch">Epochs, at least 1.</param>
    /// <param name="validationSet">Volumes whose mean absolute error chooses the best epoch. Default: null, the last epoch is kept.</param>
    /// <param name="seed">Makes training repeatable. Default: null, the MLContext's randomness.</param>
    /// <exception cref="ArgumentException">An argument is out of its limits; the message lists every one.</exception>
    public static SynthesisTrainer Synthesis(
        this SegmentationTrainersCatalog catalog,
        string targetColumnName = "Target",
        string sourceColumnName = "Image",
        string outputColumnName = "Synthesized",
        PatchSize? patchSize = null,
        int batchSize = 2,
        int maxEpoch = 50,
        IDataView? validationSet = null,
        int? seed = null)
        => catalog.Synthesis(new SynthesisTrainer.Options
        {
            TargetColumnName = targetColumnName,
            SourceColumnName = sourceColumnName,
            OutputColumnName = outputColumnName,
            Sampling = new() { PatchSize = patchSize, BatchSize = batchSize },
            Optimization = new() { MaxEpoch = maxEpoch },
            Validation = new() { ValidationSet = validationSet },
            Seed = seed,
        });

    /// <summary>Trains the generator that <see cref="SynthesisTrainer.Options.Network"/> chooses.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">Options of training.</param>
    /// <exception cref="ArgumentException">An option is out of its limits; the message lists every one.</exception>
    public static SynthesisTrainer Synthesis(this SegmentationTrainersCatalog catalog, SynthesisTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(catalog.Context, options);
    }
}
