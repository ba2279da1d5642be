using Microsoft.ML.MedicalSegmentation.Scoring;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A segmentation network in a pipeline: a column of volumes in, a column of label volumes out.</summary>
/// <remarks>
/// The session of ONNX Runtime is opened with the first row and shared by all rows. Disposing frees it, as often as one
/// likes; a row that is read afterwards opens another. What the column of labels holds, and how much memory scoring takes,
/// is said at <see cref="OnnxSegmenter"/>.
/// </remarks>
public sealed class SegmentationTransformer : VolumeTransformer
{
    internal SegmentationTransformer(string name, SegmentationScoring function, string inputColumnName, IEnumerable<string> outputs)
        : base(name, function, [inputColumnName], outputs)
        => Model = function.Model;

    /// <summary>The network, as ONNX, and its description.</summary>
    public SegmentationModel Model { get; }

    /// <summary>How the network was trained; null for one that was loaded. It is not saved.</summary>
    public SegmentationTrainingHistory? TrainingHistory { get; internal set; }

    /// <summary>Puts a network into a pipeline.</summary>
    /// <param name="context">Gives the device and the log.</param>
    /// <param name="model">The network.</param>
    /// <param name="outputColumnName">The column of label volumes that is added.</param>
    /// <param name="inputColumnName">The column of volumes.</param>
    /// <param name="probabilitiesColumnName">The column of probabilities that is added, one channel per class. Default: none.</param>
    /// <param name="settings">How the network is run; null takes the defaults.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public static SegmentationTransformer Create(
        MLContext context,
        SegmentationModel model,
        string outputColumnName = "PredictedLabel",
        string inputColumnName = "Image",
        string? probabilitiesColumnName = null,
        ScoringSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        string[] outputs = probabilitiesColumnName is null ? [outputColumnName] : [outputColumnName, probabilitiesColumnName];
        var function = new SegmentationScoring(
            model,
            settings ?? new(),
            probabilitiesColumnName is null ? ScoringOutput.None : ScoringOutput.Probabilities,
            () => ScoringDevice.Of(context),
            new ScoringLog(context).Warn
        );
        return new(nameof(SegmentationTransformer), function, inputColumnName, outputs);
    }
}
