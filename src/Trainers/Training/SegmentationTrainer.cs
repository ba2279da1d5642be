using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.MedicalSegmentation.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Trains a segmentation network on volumes and their labels.</summary>
/// <remarks>
/// Rows hold a <see cref="Volume"/> and a <see cref="LabelVolume"/> on one grid, as LoadVolumes, LoadLabelVolumes and
/// NormalizeIntensity make them. <c>Fit</c> trains with TorchSharp, on the GPU that MLContext.GpuDeviceId names or on the CPU, writes
/// the network as ONNX, and returns the transformer that scores that very file: what is evaluated is what is deployed.
/// </remarks>
public sealed partial class SegmentationTrainer : IEstimator<SegmentationTransformer>
{
    private readonly MLContext _context;
    private readonly Options _options;

    internal SegmentationTrainer(MLContext context, Options options)
    {
        options.Validate();
        _context = context;
        _options = options;
    }

    /// <summary>Checks the columns; reads nothing.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another kind; says what to do.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        RequireColumns(InputColumns.Of(inputSchema), _options);
        return OutputColumns.AddTo(inputSchema, Outputs(_options));
    }

    /// <summary>Trains, and makes the transformer that scores the trained model.</summary>
    /// <param name="input">Training data; read once.</param>
    /// <exception cref="ArgumentException">An option or a column cannot be trained with; found before training begins.</exception>
    /// <exception cref="InputDataException">A case cannot be trained with.</exception>
    /// <exception cref="ExecutionEnvironmentException">The device is missing, or its memory does not suffice.</exception>
    /// <exception cref="InvalidOperationException">Training diverged.</exception>
    /// <exception cref="OperationCanceledException">Options.CancellationToken asked for it.</exception>
    public SegmentationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _options.Validate();
        var host = ((IHostEnvironment)_context).Register(nameof(SegmentationTrainer));
        using var channel = host.Start("Training");
        var run = new TrainingRun(_context, _options, _options.Seed ?? host.Rand.Next(),
            line => channel.Info(MessageSensitivity.None, "{0}", line), line => channel.Warning(MessageSensitivity.None, "{0}", line));
        var trained = run.Train(input);
        var model = new SegmentationModel(
            trained.Onnx,
            trained.Info ?? throw new InvalidOperationException("Training gave a network without classes.")
        );
        var transformer = SegmentationTransformer.Create(
            _context, model, _options.PredictedLabelColumnName, _options.ImageColumnName, _options.ProbabilityColumnName, _options.Scoring);
        transformer.TrainingHistory = trained.History;
        return transformer;
    }

    /// <summary>Fails if the columns to learn from are missing or of another kind.</summary>
    internal static void RequireColumns(InputColumns columns, Options options)
    {
        columns.Require(options.ImageColumnName, ColumnKind.Volume, nameof(SegmentationTrainer));
        columns.Require(options.LabelColumnName, ColumnKind.LabelVolume, nameof(SegmentationTrainer));
    }

    /// <summary>The columns that the trained model adds.</summary>
    internal static IEnumerable<(string Name, ColumnKind Kind)> Outputs(Options options)
    {
        yield return (options.PredictedLabelColumnName, ColumnKind.LabelVolume);
        if (options.ProbabilityColumnName is { } probabilities)
        {
            yield return (probabilities, ColumnKind.Volume);
        }
    }
}
