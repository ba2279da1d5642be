using Microsoft.ML.MedicalSegmentation.Spatial;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Brings labels to another grid without ever blending label values.</summary>
public static class LabelResampling
{
    /// <summary>The labels at another spacing, over the same field of view.</summary>
    /// <inheritdoc cref="ResampleTo(LabelVolume, VolumeShape, VolumeGeometry, LabelResamplingOptions?)"/>
    /// <param name="labels">The source.</param>
    /// <param name="spacing">Wanted distance between voxels along x, y, z in mm; above 0.</param>
    /// <param name="options">Closest voxel, or the class with the largest linear weight. Default: the closest voxel.</param>
    /// <exception cref="ArgumentOutOfRangeException">A spacing is not above 0.</exception>
    public static LabelVolume Resample(this LabelVolume labels, Vector3D spacing, LabelResamplingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var (shape, geometry) = Resampling.GridOfSpacing(labels.Geometry, labels.Shape, spacing);
        return labels.ResampleTo(shape, geometry, options);
    }

    /// <summary>The labels moved by a registration and put on a grid; background (0) outside the source.</summary>
    /// <param name="labels">The source: labels of the moving image.</param>
    /// <param name="gridToSource">
    /// From a position on the grid to the position in the source whose label it takes, RAS+ mm; see
    /// <see cref="Resampling.Resample(Volume, AffineTransform, VolumeShape, VolumeGeometry, ResamplingOptions?)"/>.
    /// </param>
    /// <param name="shape">Size of the wanted grid.</param>
    /// <param name="geometry">Position of the wanted grid, as of the fixed image.</param>
    /// <param name="options">Closest voxel, or the class with the largest linear weight. Default: the closest voxel.</param>
    /// <exception cref="ArgumentException">The map is singular or not finite, or an option is out of its range.</exception>
    public static LabelVolume Resample(
        this LabelVolume labels,
        AffineTransform gridToSource,
        VolumeShape shape,
        VolumeGeometry geometry,
        LabelResamplingOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(labels);
        return labels.WithGeometry(labels.Geometry.Moved(gridToSource)).ResampleTo(shape, geometry, options);
    }

    /// <summary>The labels on another grid; background (0) outside the source.</summary>
    /// <param name="labels">The source.</param>
    /// <param name="shape">Size of the wanted grid.</param>
    /// <param name="geometry">Position of the wanted grid.</param>
    /// <param name="options">Closest voxel, or the class with the largest linear weight. Default: the closest voxel.</param>
    /// <returns>Labels with the source's classes; the source itself where it has that grid already.</returns>
    /// <exception cref="ArgumentException">An option is out of its range, or the grid has more voxels than a volume holds.</exception>
    public static LabelVolume ResampleTo(
        this LabelVolume labels,
        VolumeShape shape,
        VolumeGeometry geometry,
        LabelResamplingOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(geometry);
        options ??= new();
        options.Validate();
        shape = shape.WithChannels(1);
        shape.Validate();
        if (shape == labels.Shape && geometry.LargestDifference(labels.Geometry, shape) < 1e-6)
        {
            return labels;
        }

        if (options.Interpolation == LabelInterpolation.Nearest)
        {
            return LabelVolume.FromVolume(
                NearestResampler.Resample(labels.Voxels, shape, geometry, options.Parallelism, options.Reach, [0]),
                labels.Classes
            );
        }

        var map = labels.Geometry.WorldToIndex.Compose(geometry.IndexToWorld);
        var coarse = CoarseAxis(labels.Geometry, geometry, AxisOrder.Along(map, shape), options.AnisotropyThreshold);
        Volume voxels = labels.Voxels is Volume<byte> narrow
            ? Volume.Create(
                LabelVoting.Vote(narrow, shape, map, coarse, options.Parallelism, options.Reach),
                shape,
                geometry,
                header: narrow.Header
            )
            : Volume.Create(
                LabelVoting.Vote((Volume<ushort>)labels.Voxels, shape, map, coarse, options.Parallelism, options.Reach),
                shape,
                geometry,
                header: labels.Voxels.Header
            );
        return LabelVolume.FromVolume(voxels, labels.Classes);
    }

    // The source's axis along which the nearest slice is taken; null if none is.
    private static int? CoarseAxis(VolumeGeometry source, VolumeGeometry grid, AxisOrder? order, double? threshold)
        => threshold is { } limit ? AxisInterpolation.CoarseAxis(source.Spacing, order?.Undo(grid.Spacing), limit) : null;
}
