using Microsoft.ML.MedicalSegmentation.Classification;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Trains a network that gives each image or volume one of several classes.</summary>
/// <remarks>
/// Rows hold a <see cref="Volume"/>, as LoadVolumes and ConvertToVolume make them, and a label: text, key or Boolean. Images may have any
/// size; resizing and normalisation belong to the model. <c>Fit</c> trains with TorchSharp, on the GPU that MLContext.GpuDeviceId names or
/// on the CPU, writes the network as ONNX, and returns the transformer that scores that very file. With attention blocks: Rao et al. 2021,
/// https://arxiv.org/abs/2109.01486.
/// </remarks>
public sealed partial class ClassificationTrainer : IEstimator<ClassificationTransformer>
{
    private readonly MLContext _context;
    private readonly Options _options;

    internal ClassificationTrainer(MLContext context, Options options)
    {
        options.Validate();
        _context = context;
        _options = options;
    }

    /// <summary>Checks the columns; reads nothing.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another kind; says what to do.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var isBinary = ClassificationRows.RequireColumns(InputColumns.Of(inputSchema), _options, "data");
        return OutputColumns.AddTo(
            inputSchema,
            isBinary
                ?
                [
                    (_options.PredictedLabelColumnName, ColumnKind.Boolean),
                    (_options.ScoreColumnName, ColumnKind.Number),
                    (_options.ProbabilityColumnName, ColumnKind.Number),
                ]
                :
                [
                    (_options.PredictedLabelColumnName, ColumnKind.Key(1)),
                    (_options.ScoreColumnName, ColumnKind.Numbers(1)),
                    (_options.ProbabilityColumnName, ColumnKind.Number),
                ]
        );
    }

    /// <summary>Trains, and makes the transformer that scores the trained model.</summary>
    /// <param name="input">Training data; read once or, where it is larger than MaximumCacheBytes, twice.</param>
    /// <exception cref="ArgumentException">
    /// An option, a column or an image cannot be trained with; found before training begins.
    /// </exception>
    /// <exception cref="ExecutionEnvironmentException">The device is missing, or its memory does not suffice.</exception>
    /// <exception cref="InvalidOperationException">Training diverged.</exception>
    /// <exception cref="OperationCanceledException">Options.CancellationToken asked for it.</exception>
    public ClassificationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _options.Validate();
        var host = ((IHostEnvironment)_context).Register(nameof(ClassificationTrainer));
        using var channel = host.Start("Training");
        var run = new ClassificationRun(_context, _options, _options.Seed ?? host.Rand.Next(),
            line => channel.Info(MessageSensitivity.None, "{0}", line), line => channel.Warning(MessageSensitivity.None, "{0}", line));
        var (model, history) = run.Train(input);
        var transformer = ClassificationTransformer.Create(
            _context,
            model,
            _options.PredictedLabelColumnName,
            _options.ScoreColumnName,
            _options.ProbabilityColumnName,
            _options.ImageColumnName,
            _options.ScoringThreads
        );
        transformer.TrainingHistory = history;
        return transformer;
    }
}
