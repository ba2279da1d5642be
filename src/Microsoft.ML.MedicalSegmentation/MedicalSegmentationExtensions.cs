using Microsoft.ML.MedicalSegmentation;

namespace Microsoft.ML;

/// <summary>The door to medical segmentation: <c>mlContext.MedicalSegmentation()</c>.</summary>
public static class MedicalSegmentationExtensions
{
    /// <summary>Volumes, transforms, trainers and evaluation for medical segmentation.</summary>
    public static MedicalSegmentationCatalog MedicalSegmentation(this MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return new(mlContext);
    }
}
