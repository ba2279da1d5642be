using Microsoft.ML.MedicalSegmentation.Checks;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How a volume is resampled.</summary>
public sealed record ResamplingOptions
{
    /// <summary>nnU-Net's choice for images: cubic B-spline, and the nearest slice along the coarse axis of anisotropic volumes.</summary>
    /// <remarks>Isensee et al. 2021, https://doi.org/10.1038/s41592-020-01008-z.</remarks>
    public static ResamplingOptions NnUNet { get; } = new() { Interpolation = Interpolation.CubicSpline, AnisotropyThreshold = 3 };

    /// <summary>How values between voxels are found.</summary>
    /// <value>Default: <see cref="Interpolation.Linear"/>.</value>
    public Interpolation Interpolation { get; init; } = Interpolation.Linear;

    /// <summary>Interpolation along the depth axis where it differs from that in the plane; null if it does not.</summary>
    /// <remarks>The depth of the wanted grid; of the source where the grid lies at an angle to it.</remarks>
    /// <value>Default: null.</value>
    public Interpolation? AlongDepth { get; init; }

    /// <summary>
    /// Where the largest spacing is more than this many times the smallest, the nearest voxel is taken along that axis, whichever it is,
    /// and <see cref="Interpolation"/> holds in the plane of the two others; null for no such rule.
    /// </summary>
    /// <remarks>
    /// Thick slices hold nothing between them. The source's spacing decides, and that of the wanted grid where the source's is
    /// isotropic by this measure; two equally coarse axes are not slices. nnU-Net's threshold is 3.
    /// </remarks>
    /// <value>Above 1. Default: null.</value>
    public double? AnisotropyThreshold { get; init; }

    /// <summary>The value of points more than half a voxel outside the source; null takes the smallest value of the source.</summary>
    /// <value>Finite. Default: null.</value>
    public float? OutsideValue { get; init; }

    /// <summary>Most threads to use; 0 takes one per processor.</summary>
    /// <value>0 or more. Default: 0.</value>
    public int MaximumThreads { get; init; }

    /// <summary>How far beyond the centres of its outermost voxels the source reaches, in voxels: to their edges.</summary>
    internal double Reach { get; init; } = 0.5;

    internal ParallelOptions Parallelism
        => new() { MaxDegreeOfParallelism = MaximumThreads == 0 ? Environment.ProcessorCount : MaximumThreads };

    /// <summary>Fails for options that cannot be followed; the message lists all faults.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, or two contradict each other.</exception>
    public void Validate()
    {
        var faults = new OptionFaults();
        AddFaults(faults);
        faults.ThrowIfAny("resampling");
    }

    internal void AddFaults(OptionFaults faults)
    {
        var names = string.Join(", ", Enum.GetNames<Interpolation>());
        faults.Add(!Enum.IsDefined(Interpolation), $"Interpolation is {Interpolation}; use {names}.");
        faults.Add(AlongDepth is { } depth && !Enum.IsDefined(depth), $"AlongDepth is {AlongDepth}; use {names}, or leave it out.");
        faults.Add(
            AlongDepth is not null && AnisotropyThreshold is not null,
            "AlongDepth and AnisotropyThreshold are both given; use one of them."
        );
        faults.Add(OutsideValue is { } value && !float.IsFinite(value), $"OutsideValue is {OutsideValue}; it must be a finite number.");
        LabelResamplingOptions.AddSharedFaults(faults, AnisotropyThreshold, MaximumThreads);
    }
}
