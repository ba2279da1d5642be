namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Estimators that write volumes, on <c>mlContext.MedicalSegmentation().Transforms</c>.</summary>
public static partial class SavingCatalog
{
    /// <summary>Writes volumes or label volumes to files as rows stream through, and gives their paths.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of full paths that is added.</param>
    /// <param name="inputColumnName">The column of volumes or label volumes.</param>
    /// <param name="folder">Where files are written; made where it is missing.</param>
    /// <param name="fileName">The file name, with columns of text in braces; its ending chooses the format.</param>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static SaveVolumesEstimator SaveVolumes(
        this SegmentationTransformsCatalog catalog,
        string outputColumnName = "SavedPath",
        string inputColumnName = "PredictedLabel",
        string folder = "predictions",
        string fileName = "{CaseId}.nii.gz")
        => catalog.SaveVolumes(new SaveVolumesEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Folder = folder,
            FileName = fileName,
        });

    /// <summary>Writes volumes or label volumes to files as rows stream through, and gives their paths.</summary>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static SaveVolumesEstimator SaveVolumes(this SegmentationTransformsCatalog catalog, SaveVolumesEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }
}
