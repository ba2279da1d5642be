using Microsoft.ML.MedicalSegmentation;

namespace Microsoft.ML;

/// <summary>Estimators that change intensities, on <c>mlContext.MedicalSegmentation().Transforms</c>.</summary>
public static class IntensityCatalog
{
    /// <summary>Brings the intensities of each volume to a common scale.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of normalised volumes that is added.</param>
    /// <param name="inputColumnName">The column of volumes; that of the output where left out.</param>
    /// <param name="method">How intensities are scaled; a window needs the overload with options.</param>
    /// <param name="maskColumnName">A column of label volumes whose voxels above 0 are the region; none where left out.</param>
    /// <param name="nonZeroOnly">Takes the voxels that are not 0 as the region.</param>
    /// <param name="lowerPercentile">Values below this percentile are raised to it first, 0 to 100.</param>
    /// <param name="upperPercentile">Values above this percentile are lowered to it first, 0 to 100.</param>
    /// <exception cref="ArgumentException">An option cannot be used; tells all faults.</exception>
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
    /// <exception cref="ArgumentException">An option cannot be used; tells all faults.</exception>
    public static NormalizeIntensityEstimator NormalizeIntensity(
        this SegmentationTransformsCatalog catalog, NormalizeIntensityEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }
}
