using Microsoft.ML.MedicalSegmentation.Classification;
using Microsoft.ML.MedicalSegmentation.RowFunctions;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A classification network in a pipeline: a column of images or volumes in; predicted label, score and probability out.</summary>
/// <remarks>
/// <para>
/// Of labels that were text or keys: PredictedLabel is a key whose values are the classes' names, Score the vector of all probabilities,
/// which add up to 1, in the order of the key, and Probability that of the predicted class;
/// <c>mlContext.MulticlassClassification.Evaluate</c> reads them. Of Boolean labels: PredictedLabel is Boolean, Score the log-odds,
/// Probability that of true; <c>mlContext.BinaryClassification.Evaluate</c> reads them.
/// </para>
/// <para>
/// Images are turned, resized and normalised as in training, within the transformer. The session of ONNX Runtime is opened with the first
/// row and shared by all rows. Disposing frees it; a row that is read afterwards opens another.
/// </para>
/// </remarks>
public sealed class ClassificationTransformer : VolumeTransformer
{
    internal ClassificationTransformer(RowFunction function, ClassificationModel model, string inputColumnName, IEnumerable<string> outputs)
        : base(nameof(ClassificationTransformer), function, [inputColumnName], outputs)
        => Model = model;

    /// <summary>The network, as ONNX, and its description.</summary>
    public ClassificationModel Model { get; }

    /// <summary>How the network was trained; null for one that was loaded. It is not saved.</summary>
    public ClassificationTrainingHistory? TrainingHistory { get; internal set; }

    /// <summary>Puts a classifier into a pipeline.</summary>
    /// <param name="context">Gives the device and the log.</param>
    /// <param name="model">The network.</param>
    /// <param name="predictedLabelColumnName">The column of the predicted class that is added.</param>
    /// <param name="scoreColumnName">The column of scores that is added.</param>
    /// <param name="probabilityColumnName">The column of the probability that is added.</param>
    /// <param name="imageColumnName">The column of images.</param>
    /// <param name="threads">Threads of ONNX Runtime for one run; 0 for one per core.</param>
    public static ClassificationTransformer Create(
        MLContext context,
        ClassificationModel model,
        string predictedLabelColumnName = "PredictedLabel",
        string scoreColumnName = "Score",
        string probabilityColumnName = "Probability",
        string imageColumnName = "Image",
        int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        var function = ClassificationScoring.Make(model, threads, context, ScoringDevice.Of(context));
        return new(function, model, imageColumnName, [predictedLabelColumnName, scoreColumnName, probabilityColumnName]);
    }
}
