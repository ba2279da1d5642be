using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>An augmentation by its name in files.</summary>
/// <param name="Key">The name, in kebab case: "gaussian-noise".</param>
/// <param name="Summary">What it imitates, in one sentence.</param>
/// <param name="Default">The augmentation with its default settings.</param>
public sealed record AugmentationEntry(string Key, string Summary, PatchAugmentation Default);

/// <summary>The augmentations that files can name; a new one is one file and one line here.</summary>
public static class AugmentationList
{
    private static readonly KeyedList<AugmentationEntry> Entries = new(
        "augmentation",
        "Augmentations",
        entry => entry.Key,
        entry => entry.Default.GetType(),
        [
            new("rotation", "Patients that lie turned.", new Rotation()),
            new("scaling", "Patients of other sizes.", new Scaling()),
            new("elastic-deformation", "Tissue that is bent.", new ElasticDeformation()),
            new("gaussian-noise", "Noise of the recording.", new GaussianNoise()),
            new("gaussian-blur", "Blur of the recording.", new GaussianBlur()),
            new("brightness", "Another gain.", new BrightnessChange()),
            new("contrast", "Another contrast.", new ContrastChange()),
            new("low-resolution", "A coarser recording.", new LowResolution()),
            new("gamma", "Another curve from signal to intensity.", new GammaChange()),
            new("bias-field", "Coils of MR scanners that receive some places better than others.", new BiasField()),
            new("motion", "A patient who moves during an MR recording.", new Motion()),
            new("ghosting", "Heart, breath and pulsing vessels in an MR recording.", new Ghosting()),
            new("cut-out", "Places without information.", new CutOut()),
            new("mirroring", "The other side, where sides are alike.", new Mirroring()),
        ]
    );

    /// <summary>Every augmentation, those that the application has registered last.</summary>
    public static IReadOnlyList<AugmentationEntry> All => Entries.All;

    /// <summary>
    /// Adds an augmentation of the application, so that files can name it. Passing the object to a trainer needs no registration.
    /// </summary>
    /// <exception cref="ArgumentException">The key or the type of the augmentation is in the list already.</exception>
    public static void Register(AugmentationEntry entry) => Entries.Register(entry);

    /// <summary>The augmentation of a key, in any case.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists the keys.</exception>
    public static AugmentationEntry Find(string key) => Entries.Find(key);

    /// <summary>The key of an augmentation; the name of its type where it is not registered.</summary>
    internal static string KeyOf(PatchAugmentation augmentation) => Entries.KeyOf(augmentation);
}
