using Microsoft.ML.MedicalSegmentation.Data.Augmentation;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Axes of a volume in memory.</summary>
[Flags]
public enum VolumeAxes
{
    /// <summary>No axis.</summary>
    None = 0,

    /// <summary>x, along rows.</summary>
    Width = 1,

    /// <summary>y, along columns.</summary>
    Height = 2,

    /// <summary>z, across slices.</summary>
    Depth = 4,

    /// <summary>Every axis.</summary>
    All = Width | Height | Depth,
}

/// <summary>Random changes of training patches that leave their meaning as it is, so that a network learns from more than it was given.</summary>
/// <remarks>
/// The numbers follow nnU-Net's (Isensee et al. 2021, https://doi.org/10.1038/s41592-020-01008-z), narrowed where small data sets are usual.
/// Changes depend on the seed, the epoch and the sample alone.
/// </remarks>
public sealed record AugmentationOptions
{
    /// <summary>Axes along which patches are mirrored, each with probability 1/2. Do not mirror where left and right are different classes.</summary>
    /// <value>Default: none.</value>
    public VolumeAxes Mirror { get; init; }

    /// <summary>How often a patch is rotated and scaled.</summary>
    /// <value>Probability, 0 to 1. Default: 0.2.</value>
    public double SpatialProbability { get; init; } = 0.2;

    /// <summary>The largest rotation about each axis; about the depth axis alone where the patch is one slice.</summary>
    /// <value>Degrees, 0 to 180. Default: 15.</value>
    public double Rotation { get; init; } = 15;

    /// <summary>The largest change of size: 0.2 scales by 1/1.2 to 1.2.</summary>
    /// <value>0 to 1. Default: 0.2.</value>
    public double Scaling { get; init; } = 0.2;

    /// <summary>How often each of the changes of intensity below happens.</summary>
    /// <value>Probability, 0 to 1. Default: 0.15.</value>
    public double IntensityProbability { get; init; } = 0.15;

    /// <summary>The largest number added to all voxels, in units of the normalised image.</summary>
    /// <value>At least 0. Default: 0.2.</value>
    public double Brightness { get; init; } = 0.2;

    /// <summary>The largest change of contrast about the patch's mean: 0.25 multiplies by 0.75 to 1.25.</summary>
    /// <value>0 up to, not including, 1. Default: 0.25.</value>
    public double Contrast { get; init; } = 0.25;

    /// <summary>The largest change of gamma: 0.5 raises the patch, scaled to [0, 1], to a power of 1/1.5 to 1.5.</summary>
    /// <value>At least 0. Default: 0.4.</value>
    public double Gamma { get; init; } = 0.4;

    /// <summary>The largest standard deviation of added noise, in units of the normalised image.</summary>
    /// <value>At least 0. Default: 0.1.</value>
    public double Noise { get; init; } = 0.1;

    /// <summary>Changes nothing.</summary>
    public static AugmentationOptions None { get; } = new() { SpatialProbability = 0, IntensityProbability = 0 };

    /// <summary>A list of augmentations, such as <see cref="AugmentationPresets.NnUNet"/>, which takes the place of all settings above.</summary>
    /// <value>Default: null, the settings above.</value>
    public IReadOnlyList<PatchAugmentation>? Steps { get; init; }

    internal IEnumerable<string> Faults()
    {
        foreach (var fault in (Steps ?? []).SelectMany(step => step.AllFaults()))
        {
            yield return fault;
        }

        foreach (var (name, value, most) in Limits())
        {
            if (!(value >= 0 && value <= most))
            {
                yield return $"Augmentation.{name} is {value}; it must be from 0 to {most}.";
            }
        }

        if ((Mirror & ~VolumeAxes.All) != 0)
        {
            yield return $"Augmentation.Mirror is {(int)Mirror}; combine Width, Height and Depth.";
        }
    }

    private (string Name, double Value, double Most)[] Limits() =>
    [
        (nameof(SpatialProbability), SpatialProbability, 1),
        (nameof(Rotation), Rotation, 180),
        (nameof(Scaling), Scaling, 1),
        (nameof(IntensityProbability), IntensityProbability, 1),
        (nameof(Brightness), Brightness, 100),
        (nameof(Contrast), Contrast, 0.99),
        (nameof(Gamma), Gamma, 10),
        (nameof(Noise), Noise, 100),
    ];
}
