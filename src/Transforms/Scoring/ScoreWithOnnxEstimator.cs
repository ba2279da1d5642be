using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.MedicalSegmentation.Scoring;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Segments volumes with an ONNX model: one of this library, which describes itself, or another's with a description.</summary>
/// <remarks>
/// The model needs one input, [N, C, D, H, W] or [N, C, H, W] in single precision, of a fixed patch; its first output has one channel per
/// class. The file is read and compared with its description when the estimator is made; nothing is learnt from data.
/// </remarks>
public sealed class ScoreWithOnnxEstimator : VolumeEstimator
{
    internal const string Name = "ScoreWithOnnx";

    private readonly MLContext _context;
    private readonly ScoringSettings _settings;
    private readonly bool _withProbabilities;

    internal ScoreWithOnnxEstimator(MLContext context, Options options)
        : base(Name, [options.InputColumnName], OutputsOf(options))
    {
        var faults = new OptionFaults();
        faults.Add(string.IsNullOrWhiteSpace(options.ModelPath), "ModelPath is empty; give the path of a .onnx file.");
        faults.Add(
            options.ProbabilitiesColumnName == options.OutputColumnName,
            $"Labels and probabilities both go to column '{options.OutputColumnName}'; name two columns."
        );
        faults.ThrowIfAny(Name);
        options.Scoring.Validate();
        Model = SegmentationModel.Load(options.ModelPath, options.Info);
        _context = context;
        _settings = options.Scoring;
        _withProbabilities = options.ProbabilitiesColumnName is not null;
    }

    /// <summary>The network, as ONNX, and its description.</summary>
    public SegmentationModel Model { get; }

    /// <summary>Options of <see cref="ScoreWithOnnxEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The ONNX file.</summary>
        public string ModelPath = "";

        /// <summary>The model's description; left out for a file that describes itself.</summary>
        public SegmentationModelInfo? Info;

        /// <summary>The column of label volumes that is added. Default "PredictedLabel".</summary>
        public string OutputColumnName = "PredictedLabel";

        /// <summary>The column of volumes, normalised as in training. Default "Image".</summary>
        public string InputColumnName = "Image";

        /// <summary>The column of probabilities that is added, one channel per class. Default: none.</summary>
        public string? ProbabilitiesColumnName;

        /// <summary>How the network is run.</summary>
        public ScoringSettings Scoring = new();
    }

    private protected override RowFunction MakeFunction(InputColumns columns) =>
        new SegmentationScoring(
            Model,
            _settings,
            _withProbabilities ? ScoringOutput.Probabilities : ScoringOutput.None,
            () => ScoringDevice.Of(_context),
            new ScoringLog(_context).Warn
        );

    private static string[] OutputsOf(Options options) =>
        options.ProbabilitiesColumnName is null ? [options.OutputColumnName] : [options.OutputColumnName, options.ProbabilitiesColumnName];
}
