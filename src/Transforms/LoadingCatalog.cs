namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Estimators that read volumes, on <c>mlContext.MedicalSegmentation().Transforms</c>.</summary>
public static partial class LoadingCatalog
{
    /// <summary>Reads files into a column of volumes; several path columns become the channels of one volume.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of volumes that is added.</param>
    /// <param name="pathColumnNames">Columns of paths, in the order of channels; vectors of paths count as several.</param>
    /// <example><code>
    /// transforms.LoadVolumes("Image", "T1Path", "FlairPath")
    /// </code></example>
    public static LoadVolumesEstimator LoadVolumes(
        this SegmentationTransformsCatalog catalog, string outputColumnName = "Image", params string[] pathColumnNames)
        => catalog.LoadVolumes(new LoadVolumesEstimator.Options
        {
            OutputColumnName = outputColumnName,
            PathColumnNames = pathColumnNames.Length == 0 ? new LoadVolumesEstimator.Options().PathColumnNames : pathColumnNames,
        });

    /// <summary>Reads files into a column of volumes.</summary>
    /// <exception cref="ArgumentException">An option cannot be used.</exception>
    public static LoadVolumesEstimator LoadVolumes(this SegmentationTransformsCatalog catalog, LoadVolumesEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }

    /// <summary>Reads files into a column of label volumes.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of label volumes that is added.</param>
    /// <param name="pathColumnName">The column of paths.</param>
    /// <param name="classes">The values that may occur. Default: the path column's annotations.</param>
    public static LoadLabelVolumesEstimator LoadLabelVolumes(
        this SegmentationTransformsCatalog catalog,
        string outputColumnName = "Label",
        string pathColumnName = "LabelPath",
        IReadOnlyList<LabelClass>? classes = null)
        => catalog.LoadLabelVolumes(new LoadLabelVolumesEstimator.Options
        {
            OutputColumnName = outputColumnName,
            PathColumnName = pathColumnName,
            Classes = classes,
        });

    /// <summary>Reads files into a column of label volumes.</summary>
    /// <exception cref="ArgumentException">An option cannot be used.</exception>
    public static LoadLabelVolumesEstimator LoadLabelVolumes(
        this SegmentationTransformsCatalog catalog,
        LoadLabelVolumesEstimator.Options options
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }
}
