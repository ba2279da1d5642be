using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.MedicalSegmentation.Synthesis;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Trains a generator that synthesises volumes of one modality from those of another, against two discriminators.</summary>
/// <remarks>
/// Rows hold a source and a target <see cref="Volume"/> on one grid. The global discriminator judges patches, the local one places; where
/// the local one is sure that a place is synthetic, the reconstruction error counts more (difficult-region attention). <c>Fit</c> trains
/// with TorchSharp, writes the generator as ONNX, and returns the transformer that scores that very file. Nie, Xiang, Wang and Shen 2019,
/// https://arxiv.org/abs/1907.03297. Constants that the text of the paper at hand does not give are ours, and their options say so.
/// </remarks>
public sealed partial class SynthesisTrainer : IEstimator<SynthesisTransformer>
{
    private readonly MLContext _context;
    private readonly Options _options;

    internal SynthesisTrainer(MLContext context, Options options)
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
        var outputs = new[] { _options.OutputColumnName, _options.DifficultyColumnName }.OfType<string>();
        return OutputColumns.AddTo(inputSchema, outputs.Select(name => (name, ColumnKind.Volume)));
    }

    /// <summary>Trains, and makes the transformer that runs the generator.</summary>
    /// <param name="input">Training data; read once.</param>
    /// <exception cref="ArgumentException">An option, a column or a case cannot be trained with; found before training begins.</exception>
    /// <exception cref="ExecutionEnvironmentException">The device is missing, or its memory does not suffice.</exception>
    /// <exception cref="InvalidOperationException">Training diverged.</exception>
    /// <exception cref="OperationCanceledException">Options.CancellationToken asked for it.</exception>
    public SynthesisTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var host = ((IHostEnvironment)_context).Register(nameof(SynthesisTrainer));
        using var channel = host.Start("Training");
        var run = new SynthesisRun(_context, _options, _options.Seed ?? host.Rand.Next(),
            line => channel.Info(MessageSensitivity.None, "{0}", line), line => channel.Warning(MessageSensitivity.None, "{0}", line));
        var (model, history) = run.Train(input);
        var transformer = SynthesisTransformer.Create(
            _context, model, _options.OutputColumnName, _options.SourceColumnName, _options.DifficultyColumnName, _options.Scoring);
        transformer.TrainingHistory = history;
        return transformer;
    }

    /// <summary>Fails if the columns to learn from are missing or of another kind.</summary>
    internal static void RequireColumns(InputColumns columns, Options options)
    {
        columns.Require(options.SourceColumnName, ColumnKind.Volume, nameof(SynthesisTrainer));
        columns.Require(options.TargetColumnName, ColumnKind.Volume, nameof(SynthesisTrainer));
        if (options.RegionColumnName is { } region)
        {
            columns.Require(region, ColumnKind.LabelVolume, nameof(SynthesisTrainer));
        }
    }
}
