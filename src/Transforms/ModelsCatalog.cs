using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Models;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Saving, loading and describing models, on <c>mlContext.MedicalSegmentation().Models</c>.</summary>
/// <remarks>
/// <c>mlContext.Model.Save</c> and <c>mlContext.Model.Load</c> write and read the same zips.
/// <see cref="Load(SegmentationModelsCatalog, string, ModelLoadOptions?, CancellationToken)"/> checks the whole file at once, reads weights
/// several times faster and with a third of the memory, gives this library's own transformers with their log and device, and can change how
/// the model is run.
/// </remarks>
public static class ModelsCatalog
{
    /// <summary>Saves a model as a zip; the file is whole or absent.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">A fitted pipeline.</param>
    /// <param name="inputSchema">The schema of its input; kept for those who load it, columns of volumes left out.</param>
    /// <param name="path">Where; a file that is there is replaced.</param>
    /// <exception cref="NotSupportedException">The model has more than 1 GiB of weights.</exception>
    public static void Save(this SegmentationModelsCatalog catalog, ITransformer model, DataViewSchema? inputSchema, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ModelFile.Save(catalog.Context, model, inputSchema, path);
    }

    /// <summary>Saves a model as a zip by asynchronous writes; the file is whole or absent.</summary>
    /// <remarks>The zip is made in memory first, on the calling thread.</remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">A fitted pipeline.</param>
    /// <param name="inputSchema">The schema of its input; kept for those who load it, columns of volumes left out.</param>
    /// <param name="path">Where; a file that is there is replaced.</param>
    /// <param name="cancellationToken">Ends writing; no file is left then.</param>
    /// <exception cref="NotSupportedException">The model has more than 1 GiB of weights.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Task SaveAsync(
        this SegmentationModelsCatalog catalog,
        ITransformer model,
        DataViewSchema? inputSchema,
        string path,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return ModelFile.SaveAsync(catalog.Context, model, inputSchema, path, cancellationToken);
    }

    /// <summary>Loads a model zip after checking all of it.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The model zip.</param>
    /// <param name="options">What to change. Default: nothing.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InputDataException">The file is not a model, was cut short or changed, or needs a later version.</exception>
    /// <exception cref="ArgumentException">The changed settings cannot be used.</exception>
    public static ITransformer Load(
        this SegmentationModelsCatalog catalog,
        string path,
        ModelLoadOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return ModelFile.Load(catalog.Context, path, options ?? new(), cancellationToken);
    }

    /// <summary>
    /// Loads a model zip by asynchronous reads, after checking all of it. The model is then made of it on the thread that continues.
    /// </summary>
    /// <inheritdoc cref="Load(SegmentationModelsCatalog, string, ModelLoadOptions?, CancellationToken)"/>
    public static Task<ITransformer> LoadAsync(
        this SegmentationModelsCatalog catalog,
        string path,
        ModelLoadOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return ModelFile.LoadAsync(catalog.Context, path, options ?? new(), cancellationToken);
    }

    /// <inheritdoc cref="Load(SegmentationModelsCatalog, string, ModelLoadOptions?, CancellationToken)"/>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The model zip.</param>
    /// <param name="inputSchema">The schema that the model was saved with; null if it was saved without.</param>
    /// <param name="options">What to change. Default: nothing.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    public static ITransformer Load(
        this SegmentationModelsCatalog catalog,
        string path,
        out DataViewSchema? inputSchema,
        ModelLoadOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return ModelFile.Load(catalog.Context, path, options ?? new(), out inputSchema, cancellationToken);
    }

    /// <summary>
    /// Writes the network of a model as an ONNX file whose metadata holds the complete preprocessing, for use without this library.
    /// </summary>
    /// <remarks>
    /// Volumes resampled by <see cref="ScoringSettings.Resampling"/> are no part of it; resample them to the spacing in the metadata first.
    /// The keys are explained in docs/onnx.md.
    /// </remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">A fitted or loaded model.</param>
    /// <param name="path">The .onnx file; a file that is there is replaced.</param>
    /// <exception cref="ArgumentException">The model has no network.</exception>
    public static void SaveOnnx(this SegmentationModelsCatalog catalog, ITransformer model, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var description = catalog.Describe(model);
        var onnx =
            description.Classification?.Onnx.ToArray()
            ?? description.Encoder?.Onnx.ToArray()
            ?? description.Synthesis?.Onnx.ToArray()
            ?? PreprocessingMetadata.Complete(description);
        AtomicFile.Write(path, stream => stream.Write(onnx));
    }

    /// <summary>Tells what a model does: its transforms with their options, and its network.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">A fitted or loaded model; transforms of other libraries are passed over.</param>
    /// <exception cref="InputDataException">The model is damaged.</exception>
    public static ModelDescription Describe(this SegmentationModelsCatalog catalog, ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        return ModelReading.Describe(catalog.Context, model);
    }

    /// <summary>The same as <c>Models.Save</c>.</summary>
    /// <inheritdoc cref="Save"/>
    public static void SaveModel(this MedicalSegmentationCatalog catalog, ITransformer model, DataViewSchema? inputSchema, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        catalog.Models.Save(model, inputSchema, path);
    }

    /// <summary>The same as <c>Models.Load</c>.</summary>
    /// <inheritdoc cref="Load(SegmentationModelsCatalog, string, ModelLoadOptions?, CancellationToken)"/>
    public static ITransformer LoadModel(this MedicalSegmentationCatalog catalog, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return catalog.Models.Load(path);
    }

    /// <summary>The same as <c>Models.Load</c>.</summary>
    /// <inheritdoc cref="Load(SegmentationModelsCatalog, string, out DataViewSchema?, ModelLoadOptions?, CancellationToken)"/>
    public static ITransformer LoadModel(this MedicalSegmentationCatalog catalog, string path, out DataViewSchema? inputSchema)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return catalog.Models.Load(path, out inputSchema);
    }

    /// <summary>The same as <c>Models.Describe</c>.</summary>
    /// <inheritdoc cref="Describe(SegmentationModelsCatalog, ITransformer)"/>
    public static ModelDescription Describe(this MedicalSegmentationCatalog catalog, ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return catalog.Models.Describe(model);
    }
}
