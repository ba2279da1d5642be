using Microsoft.ML.MedicalSegmentation.Data.Augmentation;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// The recipes of the networks' authors: for a GPU, and for comparison with the papers. TransAttUnet's authors published no training
/// code.</summary>
public static class PublishedRecipes
{
    /// <summary>
    /// Attention U-Net as the configuration of its authors' code trains it on CT (https://arxiv.org/abs/1804.03999): soft Dice over all
    /// classes, the rate halved after each quarter. Differs: no shift beside the random patch.
    /// </summary>
    public static TrainingRecipe AttentionUNet { get; } = new(
        "attention-unet", "Attention U-Net as published: CT of 2 mm at 160 x 160 x 96 voxels, on a GPU.", new()
        {
            Network = new AttentionUNetOptions(),
            Sampling = new() { PatchSize = new PatchSize(96, 160, 160), BatchSize = 2, ForegroundFraction = 0 },
            Optimization = new()
            {
                MaxEpoch = 1000,
                Optimizer = OptimizerKind.SgdNesterov,
                LearningRate = 1e-4,
                Momentum = 0.9,
                WeightDecay = 1e-6,
                Schedule = LearningRateSchedule.Step,
                GradientClipNorm = 0,
                WeightAverageDecay = 0,
            },
            Validation = new() { Interval = 10 },
            Augmentation =
            [
                new Rotation { Probability = 0.5, MaximumAngle = 15 },
                new Scaling { Probability = 0.5, Minimum = 0.7, Maximum = 1.3 },
                new Mirroring { Axes = VolumeAxes.All },
            ],
        });

    /// <summary>
    /// CA-Net as its authors train it on ISIC-2018 (https://arxiv.org/abs/2009.10549 and their code): log-Dice pooled over the batch, the
    /// rate halved at epoch 256 of 300. Images are
    /// resized to 342 x 256 pixels before.
    /// </summary>
    public static TrainingRecipe CANet { get; } = new(
        "ca-net", "CA-Net as published: colour images of 342 x 256 pixels.", new()
        {
            Network = new CANetOptions { SpatialDims = 2 },
            Sampling = new() { PatchSize = new PatchSize(1, 224, 300), BatchSize = 16, ForegroundFraction = 0 },
            Optimization = new()
            {
                MaxEpoch = 300,
                Optimizer = OptimizerKind.Adam,
                LearningRate = 1e-4,
                WeightDecay = 1e-8,
                Schedule = LearningRateSchedule.StepOf(256.0 / 300, 0.5),
                GradientClipNorm = 0,
                WeightAverageDecay = 0,
            },
            Validation = new() { Interval = 10 },
            Augmentation =
            [
                new Rotation { Probability = 0.5, MaximumAngle = 30 },
                new Mirroring { Axes = VolumeAxes.Height | VolumeAxes.Width },
            ],
        });

    /// <summary>
    /// Multi-scale self-guided attention as its authors train it on CHAOS (https://arxiv.org/abs/1906.02849 and their code): cross-entropy
    /// of eight predictions with the guided and reconstruction losses at 0.25 and 0.1. Differs: the rate is constant; the authors' rule
    /// halves it once in the first epoch, by an oversight, so it is given as halved.
    /// </summary>
    public static TrainingRecipe MultiScaleDualAttention { get; } = new(
        "multi-scale-dual-attention", "Multi-scale dual attention as published: slices of 256 x 256 pixels, on a GPU.", new()
        {
            Network = new MultiScaleDualAttentionOptions { SpatialDims = 2 },
            Sampling = new() { PatchSize = new PatchSize(1, 256, 256), BatchSize = 8, ForegroundFraction = 0 },
            Optimization = new()
            {
                MaxEpoch = 500,
                Optimizer = OptimizerKind.Adam,
                LearningRate = 5e-4,
                AdamBeta2 = 0.99,
                WeightDecay = 0,
                Schedule = LearningRateSchedule.Constant,
                GradientClipNorm = 0,
                WeightAverageDecay = 0,
            },
            Validation = new() { Interval = 5 },
            Augmentation =
            [
                new Rotation { Probability = 0.5, MaximumAngle = 30 },
                new Mirroring { Axes = VolumeAxes.Height | VolumeAxes.Width },
            ],
        });

    /// <summary>
    /// The plain U-Net as nnU-Net trains it (https://doi.org/10.1038/s41592-020-01008-z and the authors' code): every prediction but the
    /// coarsest counts, each half as much as the next finer one. Patch and topology follow the data: see <see cref="UNetTopology.Plan"/>.
    /// Differs: mirroring is not part of scoring.
    /// </summary>
    public static TrainingRecipe UNet { get; } = new(
        "unet", "The U-Net with nnU-Net's schedule, on a GPU.", new()
        {
            Network = new UNetOptions(),
            Sampling = new() { BatchSize = 2, StepsPerEpoch = 250, ForegroundFraction = 0.33 },
            Optimization = new()
            {
                MaxEpoch = 1000,
                Optimizer = OptimizerKind.SgdNesterov,
                LearningRate = 0.01,
                Momentum = 0.99,
                WeightDecay = 3e-5,
                GradientClipNorm = 12,
                WeightAverageDecay = 0,
            },
            Validation = new() { Interval = 50 },
            Augmentation = AugmentationPresets.NnUNet(VolumeAxes.All),
        });

    /// <summary>
    /// UNETR++ as its authors train it on Synapse (https://arxiv.org/abs/2212.04497 and their code): nnU-Net's loop, three predictions
    /// weighted 4/7, 2/7 and 1/7. Differs: mirroring is not part of scoring.
    /// </summary>
    public static TrainingRecipe UNETRPlusPlus { get; } = new(
        "unetr-plus-plus", "UNETR++ as published for Synapse: CT at 64 x 128 x 128 voxels, on a GPU.", UNet.Options with
        {
            Network = new UNETRPlusPlusOptions(),
            Sampling = UNet.Options.Sampling with { PatchSize = new PatchSize(64, 128, 128) },
        });

    /// <summary>
    /// The dual attention network as its authors' code trains it on street scenes, Cityscapes (https://arxiv.org/abs/1809.02983): the
    /// losses of three predictions are added; SGD with momentum 0.9 and weight decay 1e-4, a polynomial of power 0.9 over 240 epochs; crops
    /// of 768 pixels from images mirrored and resized by 0.5 to 2. Rate and batch are those usual for that data: the code of 2018 has 0.01
    /// (for batches of 16), that of 2020 at a batch of 8 has 0.002 for the encoder and 0.02 for the head; what the paper says of them was
    /// not checked. Differs: weights start at random, where the authors' encoder was trained on ImageNet; one rate for all weights;
    /// momentum is Nesterov's.
    /// </summary>
    public static TrainingRecipe DualAttention { get; } = new(
        "dual-attention", "DANet in the way of its paper: images of 768 x 768 pixels, on a GPU.", new()
        {
            Network = new DualAttentionOptions { SpatialDims = 2 },
            Sampling = new() { PatchSize = new PatchSize(1, 768, 768), BatchSize = 8, ForegroundFraction = 0 },
            Optimization = new()
            {
                MaxEpoch = 240,
                Optimizer = OptimizerKind.SgdNesterov,
                LearningRate = 0.01,
                Momentum = 0.9,
                WeightDecay = 1e-4,
                GradientClipNorm = 0,
                WeightAverageDecay = 0,
            },
            Validation = new() { Interval = 10 },
            Augmentation = [new Scaling { Probability = 1, Minimum = 0.5, Maximum = 2 }, new Mirroring { Axes = VolumeAxes.Width }],
        });

    /// <summary>
    /// MedT as its authors train it (https://arxiv.org/abs/2102.10662 and their code): cross-entropy, a constant rate, mirroring along
    /// rows, gates frozen in the first ten epochs.
    /// </summary>
    public static TrainingRecipe MedicalTransformer { get; } = new(
        "medical-transformer", "MedT as published: images of 128 x 128 pixels.", new()
        {
            Network = new MedicalTransformerOptions(),
            Sampling = new() { PatchSize = new PatchSize(1, 128, 128), BatchSize = 4, ForegroundFraction = 0 },
            Optimization = new()
            {
                MaxEpoch = 400,
                Optimizer = OptimizerKind.Adam,
                LearningRate = 1e-3,
                WeightDecay = 1e-5,
                Schedule = LearningRateSchedule.Constant,
                GradientClipNorm = 0,
                WeightAverageDecay = 0,
            },
            Validation = new() { Interval = 10 },
            Augmentation = [new Mirroring { Axes = VolumeAxes.Width }],
        });
}
