namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Estimators that score networks, on <c>mlContext.MedicalSegmentation().Transforms</c>.</summary>
public static partial class ScoringCatalog
{
    /// <summary>Segments volumes with an ONNX model.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="modelPath">The ONNX file.</param>
    /// <param name="outputColumnName">The column of label volumes that is added.</param>
    /// <param name="inputColumnName">The column of volumes, normalised as in training.</param>
    /// <param name="probabilitiesColumnName">The column of probabilities that is added, one channel per class. Default: none.</param>
    /// <param name="info">The model's description; left out for a file that describes itself, as those of this library do.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InputDataException">The file is not a valid ONNX model.</exception>
    /// <exception cref="ArgumentException">The model contradicts its description, or has none.</exception>
    public static ScoreWithOnnxEstimator ScoreWithOnnx(
        this SegmentationTransformsCatalog catalog,
        string modelPath,
        string outputColumnName = "PredictedLabel",
        string inputColumnName = "Image",
        string? probabilitiesColumnName = null,
        SegmentationModelInfo? info = null)
        => catalog.ScoreWithOnnx(new ScoreWithOnnxEstimator.Options
        {
            ModelPath = modelPath,
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            ProbabilitiesColumnName = probabilitiesColumnName,
            Info = info,
        });

    /// <inheritdoc cref="ScoreWithOnnx(SegmentationTransformsCatalog, string, string, string, string?, SegmentationModelInfo?)"/>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">The file, the columns, and how the network is run.</param>
    public static ScoreWithOnnxEstimator ScoreWithOnnx(this SegmentationTransformsCatalog catalog, ScoreWithOnnxEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(catalog.Context, options);
    }
}
