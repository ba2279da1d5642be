using Microsoft.ML.MedicalSegmentation.Data.Augmentation;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Options that were found to work well together for some purpose.</summary>
/// <param name="Key">What command lines call it.</param>
/// <param name="Summary">What it is for, and what it reaches where.</param>
/// <param name="Options">The options; change them by <c>with</c>.</param>
public sealed record TrainingRecipe(string Key, string Summary, SegmentationTrainer.Options Options);

/// <summary>The recipes; a new one is one entry here.</summary>
public static class TrainingRecipes
{
    /// <summary>
    /// Small structures in small volumes, such as the hippocampus of the Medical Segmentation Decathlon (about 35 x 51 x 36 voxels), on a
    /// processor: patches that cut a little off most volumes, so that steps are cheap and no two alike. On 160 of its cases, 40 others gave
    /// a mean Dice of 0.889 (anterior) and 0.875 (posterior) after 960 steps.
    /// </summary>
    public static TrainingRecipe SmallVolumes { get; } = new(
        "small-volumes", "Small structures in small volumes on a CPU: minutes.", new()
        {
            Network = new AttentionUNetOptions { Form = AttentionUNetForm.SingleGate, Width = 16, Depth = 4 },
            Loss = new DiceCrossEntropyLoss(),
            Sampling = new() { PatchSize = new PatchSize(32, 48, 32), BatchSize = 4, ForegroundFraction = 0 },
            Optimization = new() { MaxEpoch = 24, LearningRate = 2e-3, WeightAverageDecay = 0.99 },
            Augmentation = AugmentationPresets.None,
            Device = new() { Precision = TrainingPrecision.Automatic },
            Export = new() { ScoringPatchSize = new PatchSize(48, 64, 48) },
        });

    /// <summary>The same path in an eighth of the time, to see that everything works; its Dice is not a measure of the method.</summary>
    public static TrainingRecipe Quick { get; } =
        new(
            "quick",
            "A short training that shows the path: about two minutes on small volumes and two processor cores.",
            SmallVolumes.Options with
            {
                Optimization = SmallVolumes.Options.Optimization with { MaxEpoch = 3, WeightAverageDecay = 0.95 },
            }
        );

    /// <summary>
    /// How planned networks are trained on a processor: 25 minutes, in which the learning rate reaches its end. Network, patch and batch
    /// are those of the plan.
    /// </summary>
    public static TrainingRecipe PlannedOnProcessor { get; } = new(
        "planned-processor", "Planned training on a processor: 25 minutes.", new()
        {
            Network = new UNetOptions(),
            Optimization = new() { MaxEpoch = 1000, LearningRate = 2e-3, TimeBudget = TimeSpan.FromMinutes(25) },
            Device = new() { Precision = TrainingPrecision.Automatic },
        });

    /// <summary>
    /// How planned networks are trained on a GPU: by nnU-Net's schedule of 1,000 epochs. Network, patch and batch are those of the plan.
    /// </summary>
    public static TrainingRecipe PlannedOnGpu { get; } =
        new(
            "planned-gpu",
            "Planned training on a GPU, as nnU-Net: hours to days.",
            PublishedRecipes.UNet.Options with
            {
                Augmentation = AugmentationPresets.Default,
            }
        );

    /// <summary>Every recipe of unplanned training.</summary>
    public static IReadOnlyList<TrainingRecipe> All { get; } =
    [
        SmallVolumes,
        Quick,
        PublishedRecipes.AttentionUNet,
        PublishedRecipes.CANet,
        PublishedRecipes.DualAttention,
        PublishedRecipes.MedicalTransformer,
        PublishedRecipes.MultiScaleDualAttention,
        PublishedRecipes.UNet,
        PublishedRecipes.UNETRPlusPlus,
    ];

    /// <summary>The recipe of a key, in any case.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static TrainingRecipe Find(string key) =>
        All.FirstOrDefault(recipe => string.Equals(recipe.Key, key, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException(
            $"There is no recipe '{key}'. Recipes: {string.Join(", ", All.Select(recipe => recipe.Key))}.",
            nameof(key)
        );
}
