using Microsoft.ML.MedicalSegmentation;

namespace Microsoft.ML;

/// <summary>Estimators that change the grid of volumes, on <c>mlContext.MedicalSegmentation().Transforms</c>.</summary>
public static class SpatialCatalog
{
    /// <summary>Brings volumes or label volumes to one size around their centre.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of resized volumes that is added.</param>
    /// <param name="inputColumnName">The column of volumes or label volumes; that of the output where left out.</param>
    /// <param name="width">Voxels along x; the volume's own where left out.</param>
    /// <param name="height">Voxels along y; the volume's own where left out.</param>
    /// <param name="depth">Voxels along z; the volume's own where left out.</param>
    /// <param name="padValue">Value of added voxels, in the unit of the volume's values; labels are padded with 0.</param>
    /// <exception cref="ArgumentException">An option cannot be used; tells all faults.</exception>
    public static CropOrPadEstimator CropOrPad(
        this SegmentationTransformsCatalog catalog,
        string outputColumnName = "Image",
        string? inputColumnName = null,
        int? width = null,
        int? height = null,
        int? depth = null,
        double padValue = 0)
        => catalog.CropOrPad(new CropOrPadEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Width = width,
            Height = height,
            Depth = depth,
            PadValue = padValue,
        });

    /// <summary>Brings volumes or label volumes to one size around their centre.</summary>
    /// <exception cref="ArgumentException">An option cannot be used; tells all faults.</exception>
    public static CropOrPadEstimator CropOrPad(this SegmentationTransformsCatalog catalog, CropOrPadEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }
}
