namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How values between voxels are found.</summary>
/// <remarks>
/// NaN and infinite voxels are not replaced. In linear interpolation they spoil the values that they are blended into; in a spline, whole
/// slices or blocks of values around them. Replace them first where that matters.
/// </remarks>
public enum Interpolation
{
    /// <summary>The value of the closest voxel; keeps the stored type.</summary>
    Nearest,

    /// <summary>Linear between the 2 x 2 x 2 voxels around the point.</summary>
    Linear,

    /// <summary>Cubic B-spline through the voxels: smooth, sharper than linear, may overshoot at edges.</summary>
    CubicSpline,
}

/// <summary>How labels between voxels are found.</summary>
public enum LabelInterpolation
{
    /// <summary>The label of the closest voxel.</summary>
    Nearest,

    /// <summary>The label with the largest linear weight among the 2 x 2 x 2 voxels around the point: smoother edges.</summary>
    PerClassLinear,
}
