using Microsoft.ML.MedicalSegmentation;

namespace Microsoft.ML;

/// <summary>Models, on <c>mlContext.MedicalSegmentation()</c>.</summary>
public static class ModelsCatalog
{
    /// <summary>Tells what a loaded model does: its transforms with their options, and its network.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">A model that <c>LoadModel</c> or <c>mlContext.Model.Load</c> gave; transforms of other libraries are passed over.</param>
    /// <exception cref="InvalidDataException">The model is damaged.</exception>
    public static ModelDescription Describe(this MedicalSegmentationCatalog catalog, ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        return ModelReading.Describe(catalog.Context, model);
    }
}
