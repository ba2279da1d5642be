using Microsoft.ML.MedicalSegmentation;
using Microsoft.ML.MedicalSegmentation.Export.NnUNet;

namespace Microsoft.ML;

/// <summary>Export of models to other software, on <c>mlContext.MedicalSegmentation().Models</c>.</summary>
public static class ExportCatalog
{
    /// <summary>Writes a planned model as folders that the predictor of nnU-Net 2 loads.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">A model that was trained by plan or imported, whose networks are U-Nets without attention blocks.</param>
    /// <param name="folder">
    /// Where the model folders TRAINER__PLANS__CONFIGURATION are written: one for each configuration, and for each stage of a cascade.
    /// </param>
    /// <returns>The model folders.</returns>
    /// <remarks>Networks of one configuration become its folds. Overlap and post-processing are not part of nnU-Net's folders.</remarks>
    /// <exception cref="NotSupportedException">nnU-Net has no counterpart of the model; says of what.</exception>
    /// <exception cref="IOException">A model folder exists and is not empty.</exception>
    public static IReadOnlyList<string> ExportNnUNet(this SegmentationModelsCatalog catalog, ITransformer model, string folder)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var (ensemble, networks) = MedicalSegmentation.Models.ModelReading.Planned(catalog.Context, model)
            ?? throw new NotSupportedException(
                "The model holds no planned networks, which are those that nnU-Net has. Train it by a plan, or import it."
            );
        return NnUNetExport.Write(ensemble, networks, folder);
    }
}
