namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How a volume is resampled.</summary>
public sealed record ResamplingOptions
{
    /// <summary>How values between voxels are found.</summary>
    /// <value>Default: <see cref="Interpolation.Linear"/>.</value>
    public Interpolation Interpolation { get; init; } = Interpolation.Linear;

    /// <summary>Interpolation along the depth axis where it differs from that in the plane; null where it does not.</summary>
    /// <remarks>Thick slices hold nothing between them: nnU-Net takes the nearest slice where the spacing is anisotropic by more than 3.</remarks>
    /// <value>Default: null.</value>
    public Interpolation? AlongDepth { get; init; }

    /// <summary>The value of points more than half a voxel outside the source; null takes the smallest value of the source.</summary>
    /// <value>Default: null.</value>
    public float? OutsideValue { get; init; }

    /// <summary>Most threads to use; 0 takes one per processor.</summary>
    /// <value>0 or more. Default: 0.</value>
    public int MaximumThreads { get; init; }

    internal ParallelOptions Parallelism
        => new() { MaxDegreeOfParallelism = MaximumThreads == 0 ? Environment.ProcessorCount : MaximumThreads };
}
