namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>How values are found between voxels along each axis, once the rules for thick slices have been settled.</summary>
internal readonly record struct AxisInterpolation(Interpolation X, Interpolation Y, Interpolation Z)
{
    /// <summary>True if every axis takes the closest voxel.</summary>
    public bool IsNearest => (X, Y, Z) == (Interpolation.Nearest, Interpolation.Nearest, Interpolation.Nearest);

    /// <summary>True if every axis is linear.</summary>
    public bool IsLinear => (X, Y, Z) == (Interpolation.Linear, Interpolation.Linear, Interpolation.Linear);

    /// <summary>True if an axis needs spline coefficients.</summary>
    public bool HasSpline => X == Interpolation.CubicSpline || Y == Interpolation.CubicSpline || Z == Interpolation.CubicSpline;

    /// <summary>Settles options for axes of the given spacings.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="source">Spacing of the source along the axes in question, in mm.</param>
    /// <param name="target">Spacing of the grid along the same axes; null if its axes are others.</param>
    public static AxisInterpolation Of(ResamplingOptions options, Vector3D source, Vector3D? target)
    {
        var along = Enumerable.Repeat(options.Interpolation, 3).ToArray();
        along[2] = options.AlongDepth ?? options.Interpolation;
        if (options.AnisotropyThreshold is { } threshold && CoarseAxis(source, target, threshold) is { } axis)
        {
            along[axis] = Interpolation.Nearest;
        }

        return new(along[0], along[1], along[2]);
    }

    /// <summary>The axis of thick slices: 0, 1 or 2 for x, y, z; null if there is none.</summary>
    /// <remarks>
    /// nnU-Net's rule (Isensee et al. 2021, https://doi.org/10.1038/s41592-020-01008-z): the source's coarsest axis where its
    /// largest spacing is more than the threshold times its smallest, else the grid's where that holds for the grid; none
    /// where two axes are equally coarse.
    /// </remarks>
    public static int? CoarseAxis(Vector3D source, Vector3D? target, double threshold)
    {
        foreach (var spacing in target is { } other ? [source, other] : new[] { source })
        {
            double[] sizes = [spacing.X, spacing.Y, spacing.Z];
            var (largest, smallest) = (sizes.Max(), sizes.Min());
            if (largest > threshold * smallest)
            {
                // Files round spacings; a thousandth apart is the same.
                return sizes.Count(size => size > 0.999 * largest) == 1 ? Array.IndexOf(sizes, largest) : null;
            }
        }

        return null;
    }
}
