using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.MedicalSegmentation.Training.Planned;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Plans a training for the data as nnU-Net does, and trains by the plan.</summary>
/// <remarks>
/// Rows hold a <see cref="Volume"/> and a <see cref="LabelVolume"/> on one grid, as LoadVolumes and LoadLabelVolumes make them: not
/// normalised and not resampled. The plan decides spacing, normalisation, patch, network and batch (Isensee et al. 2021,
/// https://doi.org/10.1038/s41592-020-01008-z). The returned transformer does to new volumes what was done to those of training, and
/// returns labels on the grid of each volume.
/// </remarks>
public sealed partial class PlannedSegmentationTrainer : IEstimator<PlannedTransformer>
{
    private readonly MLContext _context;
    private readonly Options _options;
    private readonly SegmentationTrainer.Options _training;

    internal PlannedSegmentationTrainer(MLContext context, Options options)
    {
        _context = context;
        _options = options;
        _training = options.Training ?? DefaultTraining(context);
        options.Validate(_training);
    }

    /// <summary>
    /// How planned networks are trained unless options say otherwise: by <see cref="TrainingRecipes.PlannedOnGpu"/> on a GPU, else
    /// <see cref="TrainingRecipes.PlannedOnProcessor"/>.
    /// </summary>
    public static SegmentationTrainer.Options DefaultTraining(MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return (context.GpuDeviceId is null ? TrainingRecipes.PlannedOnProcessor : TrainingRecipes.PlannedOnGpu).Options;
    }

    /// <summary>Checks the columns; reads nothing.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another kind; says what to do.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SegmentationTrainer.RequireColumns(InputColumns.Of(inputSchema), _training);
        return OutputColumns.AddTo(inputSchema, SegmentationTrainer.Outputs(_training));
    }

    /// <summary>Plans, prepares the volumes, trains, and makes the transformer that scores the trained model.</summary>
    /// <param name="input">Training data; read twice: to plan, and to prepare what is kept.</param>
    /// <exception cref="ArgumentException">An option, a column or a case cannot be trained with; found before training begins.</exception>
    /// <exception cref="InputDataException">A case cannot be trained with.</exception>
    /// <exception cref="ExecutionEnvironmentException">The device is missing, or its memory does not suffice.</exception>
    /// <exception cref="InvalidOperationException">Training diverged.</exception>
    /// <exception cref="OperationCanceledException">The training options' CancellationToken asked for it.</exception>
    public PlannedTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var host = ((IHostEnvironment)_context).Register(nameof(PlannedSegmentationTrainer));
        using var channel = host.Start("Training");
        var training = _training with { Seed = _training.Seed ?? host.Rand.Next() };
        var run = new PlannedTraining(
            _context,
            _options,
            training,
            line => channel.Info(MessageSensitivity.None, "{0}", line),
            line => channel.Warning(MessageSensitivity.None, "{0}", line)
        );
        return run.Train(input);
    }
}
