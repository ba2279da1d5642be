namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Estimators that change the grid of volumes, on <c>mlContext.MedicalSegmentation().Transforms</c>.</summary>
/// <remarks>
/// Geometry follows every change, so all of them are undone by
/// <see cref="ReturnToGrid(SegmentationTransformsCatalog, string, string?, string, LabelInterpolation, int?)"/>.
/// </remarks>
public static partial class SpatialCatalog
{
    /// <summary>Turns volumes or label volumes to one orientation by swapping and mirroring axes; exact.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of turned volumes that is added.</param>
    /// <param name="inputColumnName">The column of volumes or label volumes. Default: the output column.</param>
    /// <param name="orientation">Where the x, y and z axes point to: one of R/L, of A/P and of S/I each.</param>
    /// <exception cref="ArgumentException">The orientation is none.</exception>
    public static ReorientEstimator Reorient(
        this SegmentationTransformsCatalog catalog,
        string outputColumnName = "Image",
        string? inputColumnName = null,
        string orientation = "RAS"
    ) =>
        catalog.Reorient(
            new ReorientEstimator.Options
            {
                OutputColumnName = outputColumnName,
                InputColumnName = inputColumnName,
                Orientation = orientation,
            }
        );

    /// <summary>Turns volumes or label volumes to one orientation by swapping and mirroring axes; exact.</summary>
    /// <exception cref="ArgumentException">The orientation is none.</exception>
    public static ReorientEstimator Reorient(this SegmentationTransformsCatalog catalog, ReorientEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }

    /// <summary>Brings volumes or label volumes to one spacing over the same field of view.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of resampled volumes that is added.</param>
    /// <param name="inputColumnName">The column of volumes or label volumes. Default: the output column.</param>
    /// <param name="spacingX">Distance between voxels along x in mm. Default: the volume's own.</param>
    /// <param name="spacingY">Distance between voxels along y in mm. Default: the volume's own.</param>
    /// <param name="spacingZ">Distance between voxels along z in mm. Default: the volume's own.</param>
    /// <param name="interpolation">How values between voxels of volumes are found.</param>
    /// <param name="labelInterpolation">How labels between voxels of label volumes are found.</param>
    /// <param name="anisotropyThreshold">
    /// Takes the nearest slice along an axis this many times coarser than the finest; null for no such rule, 3 as nnU-Net.
    /// </param>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static ResampleEstimator Resample(
        this SegmentationTransformsCatalog catalog,
        string outputColumnName = "Image",
        string? inputColumnName = null,
        double? spacingX = null,
        double? spacingY = null,
        double? spacingZ = null,
        Interpolation interpolation = Interpolation.Linear,
        LabelInterpolation labelInterpolation = LabelInterpolation.Nearest,
        double? anisotropyThreshold = null)
        => catalog.Resample(new ResampleEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            SpacingX = spacingX,
            SpacingY = spacingY,
            SpacingZ = spacingZ,
            Resampling = new() { Interpolation = interpolation, AnisotropyThreshold = anisotropyThreshold },
            LabelResampling = new() { Interpolation = labelInterpolation, AnisotropyThreshold = anisotropyThreshold },
        });

    /// <summary>Brings volumes or label volumes to one spacing over the same field of view.</summary>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static ResampleEstimator Resample(this SegmentationTransformsCatalog catalog, ResampleEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }

    /// <summary>Brings volumes or label volumes to the grid of another column's volume.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of resampled volumes that is added.</param>
    /// <param name="inputColumnName">The column of volumes or label volumes. Default: the output column.</param>
    /// <param name="referenceColumnName">The column of volumes whose grid is wanted.</param>
    /// <param name="interpolation">How values between voxels of volumes are found.</param>
    /// <param name="labelInterpolation">How labels between voxels of label volumes are found.</param>
    /// <param name="anisotropyThreshold">
    /// Takes the nearest slice along an axis this many times coarser than the finest; null for no such rule, 3 as nnU-Net.
    /// </param>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static ResampleToEstimator ResampleTo(
        this SegmentationTransformsCatalog catalog,
        string outputColumnName = "Image",
        string? inputColumnName = null,
        string referenceColumnName = "Reference",
        Interpolation interpolation = Interpolation.Linear,
        LabelInterpolation labelInterpolation = LabelInterpolation.Nearest,
        double? anisotropyThreshold = null)
        => catalog.ResampleTo(new ResampleToEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            ReferenceColumnName = referenceColumnName,
            Resampling = new() { Interpolation = interpolation, AnisotropyThreshold = anisotropyThreshold },
            LabelResampling = new() { Interpolation = labelInterpolation, AnisotropyThreshold = anisotropyThreshold },
        });

    /// <summary>Brings volumes or label volumes to the grid of another column's volume.</summary>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static ResampleToEstimator ResampleTo(this SegmentationTransformsCatalog catalog, ResampleToEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }

    /// <summary>Brings predictions made on a prepared grid back to the grid of the original image.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of returned label volumes or volumes that is added.</param>
    /// <param name="inputColumnName">The column of label volumes, or of volumes such as probabilities. Default: the output column.</param>
    /// <param name="originalColumnName">The column of volumes as they were before preparation.</param>
    /// <param name="labelInterpolation">How labels are found where the grids share no lattice.</param>
    /// <param name="backgroundChannel">The channel of volumes that is 1 outside the prepared grid; null if all are 0.</param>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static ReturnToGridEstimator ReturnToGrid(
        this SegmentationTransformsCatalog catalog,
        string outputColumnName = "PredictedLabel",
        string? inputColumnName = null,
        string originalColumnName = "Image",
        LabelInterpolation labelInterpolation = LabelInterpolation.PerClassLinear,
        int? backgroundChannel = 0)
        => catalog.ReturnToGrid(new ReturnToGridEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            OriginalColumnName = originalColumnName,
            BackgroundChannel = backgroundChannel,
            LabelResampling = new() { Interpolation = labelInterpolation },
        });

    /// <summary>Brings predictions made on a prepared grid back to the grid of the original image.</summary>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static ReturnToGridEstimator ReturnToGrid(this SegmentationTransformsCatalog catalog, ReturnToGridEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }
}
