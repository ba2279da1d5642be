namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What medical segmentation offers on an <see cref="Microsoft.ML.MLContext"/>; made by <c>mlContext.MedicalSegmentation()</c>.</summary>
public sealed class MedicalSegmentationCatalog
{
    internal MedicalSegmentationCatalog(MLContext context)
    {
        Context = context;
        Data = new(context);
        Transforms = new(context);
        Trainers = new(context);
    }

    /// <summary>Reads lists of cases: folders of pairs, dataset.json, CSV.</summary>
    public SegmentationDataCatalog Data { get; }

    /// <summary>Loads, prepares and saves volumes.</summary>
    public SegmentationTransformsCatalog Transforms { get; }

    /// <summary>Trains networks.</summary>
    public SegmentationTrainersCatalog Trainers { get; }

    /// <summary>Saves a model as a zip that <see cref="LoadModel(string)"/> and <c>mlContext.Model.Load</c> read; the file is whole or absent.</summary>
    /// <param name="model">A fitted pipeline.</param>
    /// <param name="inputSchema">The schema of its input; kept for those who load it, columns of volumes left out.</param>
    /// <param name="path">Where; a file that is there is replaced.</param>
    public void SaveModel(ITransformer model, DataViewSchema? inputSchema, string path) => ModelFile.Save(Context, model, inputSchema, path);

    /// <summary>Loads a model zip, after checking all of it.</summary>
    /// <remarks>
    /// <c>mlContext.Model.Load</c> loads the same files. It leaves damage to be found later: when a row is scored, at the
    /// latest. This method reads the zip once more and finds it at once.
    /// </remarks>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no model, was cut short or changed, or needs a later version.</exception>
    public ITransformer LoadModel(string path) => LoadModel(path, out _);

    /// <inheritdoc cref="LoadModel(string)"/>
    /// <param name="path">The model zip.</param>
    /// <param name="inputSchema">The schema that the model was saved with; null where it was saved without.</param>
    public ITransformer LoadModel(string path, out DataViewSchema? inputSchema) => ModelFile.Load(Context, path, out inputSchema);

    /// <summary>Gives seed, device and log to what the catalog makes.</summary>
    internal MLContext Context { get; }
}

/// <summary>Estimators that load, prepare and save volumes; the Transforms assembly adds them as extension methods.</summary>
public sealed class SegmentationTransformsCatalog
{
    internal SegmentationTransformsCatalog(MLContext context) => Context = context;

    internal MLContext Context { get; }
}

/// <summary>Estimators that train networks; the Trainers assembly adds them as extension methods.</summary>
public sealed class SegmentationTrainersCatalog
{
    internal SegmentationTrainersCatalog(MLContext context) => Context = context;

    internal MLContext Context { get; }
}
