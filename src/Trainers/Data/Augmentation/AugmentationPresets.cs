namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Augmentations that are used together.</summary>
public static class AugmentationPresets
{
    /// <summary>Changes nothing.</summary>
    public static IReadOnlyList<PatchAugmentation> None { get; } = [];

    /// <summary>nnU-Net's recipe without mirroring: what trainers use unless their options say otherwise.</summary>
    public static IReadOnlyList<PatchAugmentation> Default { get; } = NnUNet();

    /// <summary>
    /// nnU-Net's recipe: rotation, scaling, noise, blur, brightness, contrast, low resolution, gamma of the inverted patch, gamma and mirroring, with its
    /// probabilities. Isensee et al. 2021, https://doi.org/10.1038/s41592-020-01008-z, as version 2 has it.
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
