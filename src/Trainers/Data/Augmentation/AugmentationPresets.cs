namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Augmentations that are used together.</summary>
public static class AugmentationPresets
{
    /// <summary>Changes nothing.</summary>
    public static IReadOnlyList<PatchAugmentation> None { get; } = [];

    /// <summary>nnU-Net's recipe without mirroring: what trainers use unless their options say otherwise.</summary>
    public static IReadOnlyList<PatchAugmentation> Default { get; } = NnUNet();

    /// <summary>
    /// Views for pre-training by comparison: other sizes and angles, mirrored along all axes, and strong changes of intensities, which
    /// stand for the colour changes of Chen et al. 2020, https://arxiv.org/abs/2002.05709. The probabilities are this library's choice.
    /// </summary>
    public static IReadOnlyList<PatchAugmentation> Contrastive { get; } =
    [
        new Rotation { Probability = 0.5 },
        new Scaling { Minimum = 0.6, Maximum = 1.2, Probability = 1 },
        new GaussianNoise { Probability = 0.5 },
        new GaussianBlur { Probability = 0.5 },
        new BrightnessChange { Probability = 0.8 },
        new ContrastChange { Probability = 0.8 },
        new GammaChange { Inverts = true, Probability = 0.2 },
        new GammaChange { Probability = 0.5 },
        new Mirroring { Axes = VolumeAxes.All },
    ];

    /// <summary>
    /// nnU-Net's recipe: rotation, scaling, noise, blur, brightness, contrast, low resolution, gamma of the inverted patch, gamma and
    /// mirroring, with its probabilities. Isensee et al. 2021, https://doi.org/10.1038/s41592-020-01008-z, as version 2 has it.
    /// </summary>
    /// <param name="mirrored">The axes to mirror along; leave out those along which sides are different classes.</param>
    public static IReadOnlyList<PatchAugmentation> NnUNet(VolumeAxes mirrored = VolumeAxes.None) =>
    [
        new Rotation(),
        new Scaling(),
        new GaussianNoise(),
        new GaussianBlur(),
        new BrightnessChange(),
        new ContrastChange(),
        new LowResolution(),
        new GammaChange { Inverts = true, Probability = 0.1 },
        new GammaChange(),
        new Mirroring { Axes = mirrored },
    ];
}
