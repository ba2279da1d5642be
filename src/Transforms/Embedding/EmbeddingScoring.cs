using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.MedicalSegmentation.Scoring;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation.Embedding;

/// <summary>What a saved encoder keeps beside the ONNX file.</summary>
/// <param name="Info">The model's description.</param>
/// <param name="Threads">Threads of ONNX Runtime for one run; 0 for one per core.</param>
internal sealed record EmbeddingState(EncoderModelInfo Info, int Threads);

/// <summary>Gives an embedding: in memory the vector itself, in loaded models its <see cref="VectorText"/>.</summary>
internal sealed class EmbeddingOutput : OutputRow
{
    /// <summary>The column of the text, in loaded models.</summary>
    public const string TextColumn = "__medseg.embedding";

    private float[] _features = [];

    [ColumnName(TextColumn)]
    public ReadOnlyMemory<char> Text { get; set; }

    /// <summary>Takes the result of a row.</summary>
    public void Take(float[] features)
    {
        _features = features;
        Text = VectorText.Of(features);
    }

    public override ColumnKind KindOf(int output) => ColumnKind.Numbers(1);

    public override Delegate Getter(int output, Action refresh) => ServeVector(refresh, () => _features);
}

/// <summary>Embeds the volume of a row.</summary>
/// <param name="encoder">The network.</param>
/// <param name="threads">Saved with it.</param>
internal sealed class EmbeddingScoring(OnnxEncoder encoder, int threads)
    : RowFunction<VolumeAndBlobsInput, EmbeddingOutput>(new EmbeddingContract())
{
    public EncoderModel Model => encoder.Model;

    /// <summary>The function of a model, with the log and device of a context.</summary>
    public static EmbeddingScoring Make(EncoderModel model, int threads, MLContext context, ScoringDevice? device) =>
        new(new(model, threads, ScoringDevice.OfLoaded(context, device), new ScoringLog(context).Warn), threads);

    /// <summary>The same encoder with the log and device of a context.</summary>
    public EmbeddingScoring With(MLContext context, ScoringDevice? device) => Make(Model, threads, context, device);

    public override void Apply(VolumeAndBlobsInput input, EmbeddingOutput output) => output.Take(encoder.Embed(input.Volume));

    public override ColumnKind OutputKind(int output) => ColumnKind.Numbers(Model.Info.Features);

    public override DataViewSchema.Annotations Annotate(int output, IReadOnlyList<DataViewSchema.Column> inputs) =>
        DataViewSchema.Annotations.Empty;

    public override IEnumerable<IEstimator<ITransformer>> StockStages(MLContext context, IReadOnlyList<string> inputs) =>
        [
            .. base.StockStages(context, inputs),
            .. VectorText.Stages(context, $"{ZipStages.Output}0", EmbeddingOutput.TextColumn, Model.Info.Features, VectorText.Signed),
        ];

    public override SavedState ToState() => SavedState.Of(new EmbeddingState(Model.Info, threads), Model.Onnx);

    /// <summary>Frees the session; the next row opens another.</summary>
    public override void Dispose()
    {
        encoder.Dispose();
        base.Dispose();
    }
}

/// <summary>Version 1 of a saved encoder: the ONNX file is a blob.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class EmbeddingContract() : RowContract<VolumeAndBlobsInput, EmbeddingOutput>(ContractName, FromState)
{
    public const string ContractName = ZipStages.ContractPrefix + "Embed/1";

    /// <summary>The function of a state, with the log and device of loaded models.</summary>
    /// <exception cref="InputDataException">The state has no network.</exception>
    public static EmbeddingScoring FromState(SavedState state)
    {
        var saved = state.Read<EmbeddingState>();
        return new(
            new(new(state.OnlyNetwork(), saved.Info), saved.Threads, () => ScoringDevice.ForLoadedModels, warn: null),
            saved.Threads
        );
    }
}
