using Microsoft.ML.MedicalSegmentation.Columns;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.MedicalSegmentation.Scoring;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>What a saved classifier keeps beside the ONNX file.</summary>
/// <param name="Info">The model's description.</param>
/// <param name="Threads">Threads of ONNX Runtime for one run; 0 for one per core.</param>
internal sealed record ClassificationState(ClassificationModelInfo Info, int Threads);

/// <summary>A row function that classifies.</summary>
internal interface IClassifyingFunction
{
    /// <summary>The network.</summary>
    ClassificationModel Model { get; }

    /// <summary>The same network with the log and device of a context.</summary>
    RowFunction With(MLContext context, ScoringDevice? device);
}

/// <summary>Classifies the image of a row among several classes.</summary>
/// <param name="classifier">The network.</param>
/// <param name="threads">Saved with it.</param>
internal sealed class ClassificationScoring(OnnxClassifier classifier, int threads)
    : RowFunction<VolumeAndBlobsInput, ClassificationOutput>(new ClassificationContract()), IClassifyingFunction
{
    public ClassificationModel Model => classifier.Model;

    public RowFunction With(MLContext context, ScoringDevice? device) => Make(Model, threads, context, device);

    /// <summary>The function of a model, binary or not.</summary>
    public static RowFunction Make(ClassificationModel model, int threads, MLContext context, ScoringDevice? device)
    {
        var classifier = new OnnxClassifier(model, threads, ScoringDevice.OfLoaded(context, device), new ScoringLog(context).Warn);
        return model.Info.IsBinary ? new BinaryClassificationScoring(classifier, threads) : new ClassificationScoring(classifier, threads);
    }

    public override void Apply(VolumeAndBlobsInput input, ClassificationOutput output)
        => output.Take(OnnxClassifier.Softmax(classifier.Logits(input.Volume)), Model.Info.Classes);

    public override ColumnKind OutputKind(int output) => output switch
    {
        0 => ColumnKind.Key(Model.Info.Classes.Count),
        1 => ColumnKind.Numbers(Model.Info.Classes.Count),
        _ => ColumnKind.Number,
    };

    public override DataViewSchema.Annotations Annotate(int output, IReadOnlyList<DataViewSchema.Column> inputs) => output switch
    {
        0 => ClassAnnotations.OfTexts("KeyValues", Model.Info.Classes),
        1 => ClassAnnotations.OfTexts("SlotNames", Model.Info.Classes),
        _ => DataViewSchema.Annotations.Empty,
    };

    public override IEnumerable<IEstimator<ITransformer>> StockStages(MLContext context, IReadOnlyList<string> inputs)
        => [.. base.StockStages(context, inputs), .. ClassificationStages.Of(context, Model.Info.Classes)];

    public override SavedState ToState() => SavedState.Of(new ClassificationState(Model.Info, threads), Model.Onnx);

    /// <summary>Frees the session; the next row opens another.</summary>
    public override void Dispose()
    {
        classifier.Dispose();
        base.Dispose();
    }
}

/// <summary>Classifies the image of a row as positive or negative.</summary>
/// <param name="classifier">The network; its second class is the positive one.</param>
/// <param name="threads">Saved with it.</param>
internal sealed class BinaryClassificationScoring(OnnxClassifier classifier, int threads)
    : RowFunction<VolumeAndBlobsInput, BinaryClassificationOutput>(new BinaryClassificationContract()), IClassifyingFunction
{
    public ClassificationModel Model => classifier.Model;

    public RowFunction With(MLContext context, ScoringDevice? device) => ClassificationScoring.Make(Model, threads, context, device);

    public override void Apply(VolumeAndBlobsInput input, BinaryClassificationOutput output)
    {
        var logits = classifier.Logits(input.Volume);
        output.Score = logits[1] - logits[0];
        output.Probability = (float)(1 / (1 + Math.Exp(-output.Score)));
        output.IsPositive = output.Score > 0;
    }

    public override DataViewSchema.Annotations Annotate(int output, IReadOnlyList<DataViewSchema.Column> inputs) =>
        DataViewSchema.Annotations.Empty;

    public override SavedState ToState() => SavedState.Of(new ClassificationState(Model.Info, threads), Model.Onnx);

    /// <summary>Frees the session; the next row opens another.</summary>
    public override void Dispose()
    {
        classifier.Dispose();
        base.Dispose();
    }
}

/// <summary>Version 1 of a saved classifier of several classes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ClassificationContract() : RowContract<VolumeAndBlobsInput, ClassificationOutput>(
    ContractName, state => new ClassificationScoring(Classifier(state, isBinary: false), state.Read<ClassificationState>().Threads))
{
    public const string ContractName = ZipStages.ContractPrefix + "Classify/1";

    /// <summary>The network of a state, to be run where loaded models are.</summary>
    public static OnnxClassifier Classifier(SavedState state, bool isBinary)
    {
        var saved = state.Read<ClassificationState>();
        return new(ModelOf(state, isBinary), saved.Threads, () => ScoringDevice.ForLoadedModels, warn: null);
    }

    /// <summary>The model of a state.</summary>
    /// <exception cref="InputDataException">The state has no network, or is of the other kind.</exception>
    public static ClassificationModel ModelOf(SavedState state, bool isBinary)
    {
        var saved = state.Read<ClassificationState>();
        var onnx = state.OnlyNetwork();
        return saved.Info.IsBinary == isBinary
            ? new(onnx, saved.Info)
            : throw new InputDataException(
                "The model's state says another kind of classifier than its contract. Train or save the model again."
            );
    }
}

/// <summary>Version 1 of a saved binary classifier.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class BinaryClassificationContract()
    : RowContract<VolumeAndBlobsInput, BinaryClassificationOutput>(
        ContractName,
        state => new BinaryClassificationScoring(
            ClassificationContract.Classifier(state, isBinary: true),
            state.Read<ClassificationState>().Threads
        )
    )
{
    public const string ContractName = ZipStages.ContractPrefix + "ClassifyBinary/1";
}
