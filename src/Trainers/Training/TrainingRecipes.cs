namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Options that were found to work well together for some purpose.</summary>
/// <param name="Key">What command lines call it.</param>
/// <param name="Summary">What it is for, and what it reaches where.</param>
/// <param name="Create">Makes new options, which the caller may change.</param>
public sealed record TrainingRecipe(string Key, string Summary, Func<SegmentationTrainerOptions> Create);

/// <summary>The recipes; a new one is one entry here.</summary>
public static class TrainingRecipes
{
    /// <summary>
    /// Small structures in small volumes, such as the hippocampus of the Medical Segmentation Decathlon (about 35 x 51 x 36 voxels), on a
    /// processor: patches that cut a little off most volumes, so that steps are cheap and no two alike. On 160 of its cases, 40 others gave
    /// a mean Dice of 0.889 (anterior) and 0.875 (posterior) after 960 steps.
    /// </summary>
    public static TrainingRecipe SmallVolumes { get; } = new(
        "small-volumes", "Small structures in small volumes on a CPU: minutes.", () => new SegmentationTrainerOptions
        {
            NetworkOptions = new AttentionUNetOptions { Form = AttentionUNetForm.SingleGate, Width = 16, Depth = 4 },
            PatchSize = new PatchSize(32, 48, 32),
            ScoringPatchSize = new PatchSize(48, 64, 48),
            BatchSize = 4,
            MaxEpoch = 24,
            LearningRate = 2e-3,
            WeightAverageDecay = 0.99,
            ForegroundFraction = 0,
            Augmentation = AugmentationOptions.None,
        });

    /// <summary>The same path in an eighth of the time, to see that everything works; its Dice is no measure of the method.</summary>
    public static TrainingRecipe Quick { get; } = new(
        "quick", "A short training that shows the path: about two minutes on small volumes and two processor cores.", () =>
        {
            var options = SmallVolumes.Create();
            options.MaxEpoch = 3;
            options.WeightAverageDecay = 0.95;
            return options;
        });

    /// <summary>
    /// UNETR++ as its authors train it on Synapse (https://arxiv.org/abs/2212.04497 and their code): nnU-Net's loop, three predictions weighted
    /// 4/7, 2/7 and 1/7. Differs: no blur, no simulated low resolution, and mirroring is not part of scoring.
    /// </summary>
    public static TrainingRecipe UNETRPlusPlus { get; } = new(
        "unetr-plus-plus", "UNETR++ as published for Synapse: CT at 64 x 128 x 128 voxels, on a GPU.", () => new SegmentationTrainerOptions
        {
            Network = "unetr-plus-plus",
            NetworkOptions = new NetworkOptions { Preset = "synapse" },
            PatchSize = new PatchSize(64, 128, 128),
            DeepSupervision = true,
            BatchSize = 2,
            MaxEpoch = 1000,
            StepsPerEpoch = 250,
            Optimizer = OptimizerKind.SgdNesterov,
            LearningRate = 0.01,
            Momentum = 0.99,
            WeightDecay = 3e-5,
            GradientClipNorm = 12,
            WeightAverageDecay = 0,
            ForegroundFraction = 0.33,
            ValidationInterval = 50,
            Augmentation = new() { Mirror = VolumeAxes.All, Rotation = 30, Scaling = 0.3 },
        });

    /// <summary>
    /// MedT as its authors train it (https://arxiv.org/abs/2102.10662 and their code): cross-entropy, a constant rate, mirroring along rows, gates
    /// frozen in the first ten epochs. Differs: weight decay is AdamW's.
    /// </summary>
    public static TrainingRecipe MedicalTransformer { get; } = new(
        "medical-transformer", "MedT as published: images of 128 x 128 pixels.", () => new SegmentationTrainerOptions
        {
            Network = "medical-transformer",
            NetworkOptions = new NetworkOptions { Preset = "medt", SpatialDims = 2 },
            PatchSize = new PatchSize(1, 128, 128),
            BatchSize = 4,
            MaxEpoch = 400,
            LearningRate = 1e-3,
            Schedule = LearningRateSchedule.Constant,
            WeightDecay = 1e-5,
            GradientClipNorm = 0,
            WeightAverageDecay = 0,
            Loss = "cross-entropy",
            ForegroundFraction = 0,
            ValidationInterval = 10,
            Augmentation = new() { Mirror = VolumeAxes.Width, SpatialProbability = 0, IntensityProbability = 0 },
        });

    /// <summary>
    /// The plain U-Net as nnU-Net trains it (https://doi.org/10.1038/s41592-020-01008-z and the authors' code): every prediction but the coarsest
    /// counts, each half as much as the next finer one. Patch and topology follow the data: see <see cref="UNetTopology.Plan"/>. Differs: no
    /// blur, no simulated low resolution, and mirroring is not part of scoring.
    /// </summary>
    public static TrainingRecipe UNet { get; } = new(
        "unet", "The U-Net with nnU-Net's schedule, on a GPU.", () => new SegmentationTrainerOptions
        {
            Network = "unet",
            DeepSupervision = true,
            BatchSize = 2,
            MaxEpoch = 1000,
            StepsPerEpoch = 250,
            Optimizer = OptimizerKind.SgdNesterov,
            LearningRate = 0.01,
            Momentum = 0.99,
            WeightDecay = 3e-5,
            GradientClipNorm = 12,
            WeightAverageDecay = 0,
            ForegroundFraction = 0.33,
            ValidationInterval = 50,
            Augmentation = new() { Mirror = VolumeAxes.All, Rotation = 30, Scaling = 0.3 },
        });

    /// <summary>
    /// The dual attention network as its paper trains it on street scenes (https://arxiv.org/abs/1809.02983): the losses of three predictions are added.
    /// Differs: weights start at random, where the authors' encoder was trained on ImageNet.
    /// </summary>
    public static TrainingRecipe DualAttention { get; } = new(
        "dual-attention", "DANet as published: images of 768 x 768 pixels, on a GPU.", () => new SegmentationTrainerOptions
        {
            Network = "dual-attention",
            NetworkOptions = new NetworkOptions { Preset = "resnet-101", SpatialDims = 2 },
            PatchSize = new PatchSize(1, 768, 768),
            DeepSupervision = true,
            BatchSize = 8,
            MaxEpoch = 240,
            Optimizer = OptimizerKind.SgdNesterov,
            LearningRate = 0.01,
            Momentum = 0.9,
            WeightDecay = 1e-4,
            GradientClipNorm = 0,
            WeightAverageDecay = 0,
            Loss = "cross-entropy",
            ForegroundFraction = 0,
            ValidationInterval = 10,
            Augmentation = new() { Mirror = VolumeAxes.Width, Scaling = 0.5, IntensityProbability = 0 },
        });

    /// <summary>Every recipe.</summary>
    public static IReadOnlyList<TrainingRecipe> All { get; } = [SmallVolumes, Quick, UNet, UNETRPlusPlus, MedicalTransformer, DualAttention];

    /// <summary>The recipe that <paramref name="key"/> names.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static TrainingRecipe Find(string key)
        => All.FirstOrDefault(recipe => recipe.Key == key)
            ?? throw new ArgumentException($"There is no recipe '{key}'. Recipes: {string.Join(", ", All.Select(recipe => recipe.Key))}.", nameof(key));
}
