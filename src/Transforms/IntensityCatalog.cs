namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Estimators that change intensities, on <c>mlContext.MedicalSegmentation().Transforms</c>.</summary>
public static partial class IntensityCatalog
{
    /// <summary>Brings the intensities of each volume to a common scale.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of normalised volumes that is added.</param>
    /// <param name="inputColumnName">The column of volumes. Default: the output column.</param>
    /// <param name="method">How intensities are scaled; a window needs the overload with options.</param>
    /// <param name="maskColumnName">A column of label volumes whose voxels above 0 are the region. Default: none.</param>
    /// <param name="nonZeroOnly">Takes the voxels that are not 0 as the region.</param>
    /// <param name="lowerPercentile">Values below this percentile are raised to it first, 0 to 100.</param>
    /// <param name="upperPercentile">Values above this percentile are lowered to it first, 0 to 100.</param>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static NormalizeIntensityEstimator NormalizeIntensity(
        this SegmentationTransformsCatalog catalog,
        string outputColumnName = "Image",
        string? inputColumnName = null,
        IntensityMethod method = IntensityMethod.ZScore,
        string? maskColumnName = null,
        bool nonZeroOnly = false,
        double lowerPercentile = 0,
        double upperPercentile = 100)
        => catalog.NormalizeIntensity(new NormalizeIntensityEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Method = method,
            MaskColumnName = maskColumnName,
            NonZeroOnly = nonZeroOnly,
            LowerPercentile = lowerPercentile,
            UpperPercentile = upperPercentile,
        });

    /// <summary>Brings the intensities of each volume to a common scale.</summary>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static NormalizeIntensityEstimator NormalizeIntensity(
        this SegmentationTransformsCatalog catalog, NormalizeIntensityEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }

    /// <summary>Brings intensities to a common scale by statistics of the whole data set, such as nnU-Net's rule for CT.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of normalised volumes that is added.</param>
    /// <param name="inputColumnName">The column of volumes. Default: the output column.</param>
    /// <param name="maskColumnName">
    /// A column of label volumes whose voxels above 0 are learnt from, needed for fitting only. Default: all voxels.
    /// </param>
    /// <param name="method">How intensities are scaled: z-score, from the percentiles to 0 and 1, or clipped only.</param>
    /// <param name="nonZeroOnly">Learns from voxels that are not 0, and leaves voxels of 0 at 0.</param>
    /// <param name="lowerPercentile">Values below this percentile of the data set are raised to it, 0 to 100.</param>
    /// <param name="upperPercentile">Values above this percentile of the data set are lowered to it, 0 to 100.</param>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static NormalizeByDatasetEstimator NormalizeByDataset(
        this SegmentationTransformsCatalog catalog,
        string outputColumnName = "Image",
        string? inputColumnName = null,
        string? maskColumnName = null,
        IntensityMethod method = IntensityMethod.ZScore,
        bool nonZeroOnly = false,
        double lowerPercentile = 0.5,
        double upperPercentile = 99.5)
        => catalog.NormalizeByDataset(new NormalizeByDatasetEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            MaskColumnName = maskColumnName,
            Method = method,
            NonZeroOnly = nonZeroOnly,
            LowerPercentile = lowerPercentile,
            UpperPercentile = upperPercentile,
        });

    /// <summary>Brings intensities to a common scale by statistics of the whole data set, such as nnU-Net's rule for CT.</summary>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static NormalizeByDatasetEstimator NormalizeByDataset(
        this SegmentationTransformsCatalog catalog, NormalizeByDatasetEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }

    /// <summary>
    /// Maps intensities so that the percentiles of every volume lie where they lie on average over the data set (Nyul and Udupa).
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of matched volumes that is added.</param>
    /// <param name="inputColumnName">The column of volumes. Default: the output column.</param>
    /// <param name="nonZeroOnly">Takes landmarks of voxels that are not 0, and leaves voxels of 0 at 0.</param>
    /// <param name="clipTails">Holds values beyond the outer landmarks at the ends of the scale.</param>
    /// <param name="maskColumnName">
    /// A column of label volumes whose voxels above 0 give the landmarks, needed for scoring too. Default: all voxels.
    /// </param>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static MatchHistogramsEstimator MatchHistograms(
        this SegmentationTransformsCatalog catalog,
        string outputColumnName = "Image",
        string? inputColumnName = null,
        bool nonZeroOnly = false,
        bool clipTails = false,
        string? maskColumnName = null)
        => catalog.MatchHistograms(new MatchHistogramsEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            NonZeroOnly = nonZeroOnly,
            ClipTails = clipTails,
            MaskColumnName = maskColumnName,
        });

    /// <summary>
    /// Maps intensities so that the percentiles of every volume lie where they lie on average over the data set (Nyul and Udupa).
    /// </summary>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static MatchHistogramsEstimator MatchHistograms(
        this SegmentationTransformsCatalog catalog, MatchHistogramsEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }
}
