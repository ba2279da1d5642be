using Microsoft.ML.MedicalSegmentation.Classification;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Reads classified images, on <c>mlContext.MedicalSegmentation().Data</c>.</summary>
public static class ClassificationDataExtensions
{
    /// <summary>Reads images that lie in folders named after their classes: <c>class/file.png</c>, or <c>part/class/file.png</c>.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">
    /// The folder. Parts are folders named train, training, val, valid, validation, test or testing. A class's folder holds files of any
    /// format of volumes or pictures, or folders of DICOM series.
    /// </param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InputDataException">
    /// The folders hold fewer than two classes, or do not belong together; the message lists all faults.
    /// </exception>
    public static ClassificationDataset ReadImageFolders(this SegmentationDataCatalog catalog, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return ImageFolders.Read(path);
    }
}
