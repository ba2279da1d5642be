using Microsoft.ML.MedicalSegmentation.Pretraining;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Trains the encoder of a network on images without labels, so that segmentation needs fewer labelled ones.</summary>
/// <remarks>
/// <para>
/// Two views of a patient, each a random patch that is changed at random, shall have like features, and views of different patients unlike
/// ones (SimCLR). With a column of patients the views come from two different images of a patient wherever there are two (MICLe).
/// The transformer that <c>Fit</c> gives adds the encoder's features of each volume as a vector, and holds the weights from which trainers
/// start.
/// </para>
/// <para>
/// Azizi et al. 2021, Big Self-Supervised Models Advance Medical Image Classification, https://arxiv.org/abs/2101.05224; Chen et al. 2020,
/// A Simple Framework for Contrastive Learning of Visual Representations, https://arxiv.org/abs/2002.05709. Differs: encoders of
/// segmentation networks in 2D and 3D, their deepest features averaged over positions; small batches and AdamW instead of thousands of
/// images and LARS; views by this library's augmentations.
/// </para>
/// </remarks>
public sealed partial class EncoderPretrainer : IEstimator<PretrainedEncoder>
{
    private readonly MLContext _context;
    private readonly Options _options;

    internal EncoderPretrainer(MLContext context, Options options)
    {
        options.Validate();
        _context = context;
        _options = options;
    }

    /// <summary>Checks the columns; reads nothing.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another kind; says what to do.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        PretrainingRows.RequireColumns(InputColumns.Of(inputSchema), _options);
        return OutputColumns.AddTo(inputSchema, [(_options.EmbeddingColumnName, ColumnKind.Numbers(1))]);
    }

    /// <summary>Trains the encoder.</summary>
    /// <param name="input">
    /// Rows with a column of normalised <see cref="Volume"/>s and, where the options name one, a column of patients; read once.
    /// </param>
    /// <exception cref="ArgumentException">
    /// An option, a column or an image cannot be trained with, or there is one patient only; found before training begins.
    /// </exception>
    /// <exception cref="ExecutionEnvironmentException">The device is missing, or its memory does not suffice.</exception>
    /// <exception cref="InvalidOperationException">Training diverged.</exception>
    /// <exception cref="InputDataException">The file to start or to resume from is damaged.</exception>
    /// <exception cref="OperationCanceledException">Options.CancellationToken asked for it.</exception>
    public PretrainedEncoder Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _options.Validate();
        var host = ((IHostEnvironment)_context).Register(nameof(EncoderPretrainer));
        using var channel = host.Start("Pre-training");
        return new PretrainingRun(
            _context,
            _options,
            _options.Seed ?? host.Rand.Next(),
            line => channel.Info(MessageSensitivity.None, "{0}", line),
            line => channel.Warning(MessageSensitivity.None, "{0}", line)
        ).Train(input);
    }
}
