namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Estimators that crop and pad volumes, on <c>mlContext.MedicalSegmentation().Transforms</c>.</summary>
/// <remarks>Geometry follows, so every voxel that stays keeps its place in the patient.</remarks>
public static partial class CroppingCatalog
{
    /// <summary>Brings volumes or label volumes to one size around their centre.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of resized volumes that is added.</param>
    /// <param name="inputColumnName">The column of volumes or label volumes. Default: the output column.</param>
    /// <param name="width">Voxels along x. Default: the volume's own.</param>
    /// <param name="height">Voxels along y. Default: the volume's own.</param>
    /// <param name="depth">Voxels along z. Default: the volume's own.</param>
    /// <param name="padValue">Value of added voxels, in the unit of the volume's values; labels are padded with 0.</param>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
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
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static CropOrPadEstimator CropOrPad(this SegmentationTransformsCatalog catalog, CropOrPadEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }

    /// <summary>Crops volumes or label volumes to the smallest block around a volume's foreground.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of cropped volumes that is added.</param>
    /// <param name="inputColumnName">The column of volumes or label volumes. Default: the output column.</param>
    /// <param name="windowColumnName">The column of volumes whose foreground is looked at. Default: the input column.</param>
    /// <param name="threshold">Values above it are foreground, in the unit of the volume's values.</param>
    /// <param name="margin">Voxels left on every side.</param>
    /// <example><code>
    /// transforms.CropForeground("Label", windowColumnName: "Image").Append(transforms.CropForeground("Image"))
    /// </code></example>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static CropForegroundEstimator CropForeground(
        this SegmentationTransformsCatalog catalog,
        string outputColumnName = "Image",
        string? inputColumnName = null,
        string? windowColumnName = null,
        double threshold = 0,
        int margin = 0)
        => catalog.CropForeground(new CropForegroundEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            WindowColumnName = windowColumnName,
            Threshold = threshold,
            Margin = margin,
        });

    /// <summary>Crops volumes or label volumes to the smallest block around a volume's foreground.</summary>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static CropForegroundEstimator CropForeground(
        this SegmentationTransformsCatalog catalog,
        CropForegroundEstimator.Options options
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }

    /// <summary>Crops volumes or label volumes to the smallest block around a mask.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of cropped volumes that is added.</param>
    /// <param name="inputColumnName">The column of volumes or label volumes. Default: the output column.</param>
    /// <param name="maskColumnName">The column of label volumes whose voxels above 0 are the mask.</param>
    /// <param name="margin">Voxels left on every side.</param>
    /// <param name="emptyMask">What becomes of a row whose mask is empty.</param>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static CropToMaskEstimator CropToMask(
        this SegmentationTransformsCatalog catalog,
        string outputColumnName = "Image",
        string? inputColumnName = null,
        string maskColumnName = "Label",
        int margin = 0,
        EmptyMaskRule emptyMask = EmptyMaskRule.Refuse)
        => catalog.CropToMask(new CropToMaskEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            MaskColumnName = maskColumnName,
            Margin = margin,
            EmptyMask = emptyMask,
        });

    /// <summary>Crops volumes or label volumes to the smallest block around a mask.</summary>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static CropToMaskEstimator CropToMask(this SegmentationTransformsCatalog catalog, CropToMaskEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }

    /// <summary>Adds voxels around volumes or label volumes.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of padded volumes that is added.</param>
    /// <param name="inputColumnName">The column of volumes or label volumes. Default: the output column.</param>
    /// <param name="border">Voxels added on every side, 0 or more.</param>
    /// <param name="divisibleBy">Every side becomes a multiple of it.</param>
    /// <param name="padValue">Value of added voxels, in the unit of the volume's values; labels are padded with 0.</param>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static PadEstimator Pad(
        this SegmentationTransformsCatalog catalog,
        string outputColumnName = "Image",
        string? inputColumnName = null,
        int border = 0,
        int divisibleBy = 1,
        double padValue = 0)
        => catalog.Pad(new PadEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            BorderX = border,
            BorderY = border,
            BorderZ = border,
            DivisibleBy = divisibleBy,
            PadValue = padValue,
        });

    /// <summary>Adds voxels around volumes or label volumes.</summary>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static PadEstimator Pad(this SegmentationTransformsCatalog catalog, PadEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }
}
