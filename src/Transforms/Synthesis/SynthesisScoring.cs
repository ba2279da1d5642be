using Microsoft.ML.MedicalSegmentation.Columns;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.MedicalSegmentation.Scoring;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>What a saved synthesis keeps beside the ONNX file.</summary>
/// <param name="Metadata">The generator's description, as <see cref="SynthesisModelMetadata"/> writes it.</param>
/// <param name="Settings">How it is run.</param>
internal sealed record SynthesisState(string Metadata, ScoringSettings Settings);

/// <summary>Synthesises the target of the source volume of a row.</summary>
internal sealed class SynthesisScoring : RowFunction<VolumeAndBlobsInput, SynthesisOutput>
{
    private readonly ScoringSettings _settings;
    private readonly SharedScorer<OnnxSynthesizer> _synthesizer;

    /// <param name="model">The generator.</param>
    /// <param name="settings">How it is run.</param>
    /// <param name="device">Asked where to run when the first row comes.</param>
    /// <param name="warn">Told what is doubtful; the trace listeners of .NET where null.</param>
    public SynthesisScoring(SynthesisModel model, ScoringSettings settings, Func<ScoringDevice> device, Action<string>? warn)
        : base(new SynthesisContract())
    {
        settings.Validate();
        Model = model;
        _settings = settings;
        _synthesizer = new(() => new(model, settings, device(), warn));
    }

    public SynthesisModel Model { get; }

    /// <summary>The same generator with the log and device of a context, and with what the options change.</summary>
    public SynthesisScoring With(MLContext context, ModelLoadOptions options)
    {
        return new(
            Model,
            options.Settings?.Invoke(_settings) ?? _settings,
            ScoringDevice.OfLoaded(context, options.Device),
            new ScoringLog(context).Warn
        );
    }

    public override void Apply(VolumeAndBlobsInput input, SynthesisOutput output)
    {
        var scope = ScoringScope.Current;
        var result = _synthesizer.Use(synthesizer =>
            synthesizer.Synthesize(input.Volume, scope?.Progress, scope?.CancellationToken ?? default)
        );
        output.Volume = result.Output;
        if (result.Difficulty is { } difficulty)
        {
            output.Difficulty = difficulty;
        }
    }

    public override DataViewSchema.Annotations Annotate(int output, IReadOnlyList<DataViewSchema.Column> inputs) =>
        output == 0
            ? ClassAnnotations.OfChannelNames([.. Model.Info.Targets.Select(target => target.Name)])
            : DataViewSchema.Annotations.Empty;

    public override SavedState ToState() =>
        SavedState.Of(new SynthesisState(SynthesisModelMetadata.Write(Model.Info), _settings), Model.Onnx);

    /// <inheritdoc cref="SharedScorer{T}.Release"/>
    public override void Dispose()
    {
        _synthesizer.Release();
        base.Dispose();
    }
}

/// <summary>Version 1 of saved synthesis: the ONNX file is a blob.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class SynthesisContract() : RowContract<VolumeAndBlobsInput, SynthesisOutput>(ContractName, FromState)
{
    public const string ContractName = ZipStages.ContractPrefix + "Synthesize/1";

    /// <summary>The function of a state, with the log and device of loaded models.</summary>
    public static SynthesisScoring FromState(SavedState state)
    {
        var saved = state.Read<SynthesisState>();
        var onnx = state.OnlyNetwork();
        try
        {
            return new(
                new(onnx, SynthesisModelMetadata.Read(saved.Metadata)),
                saved.Settings,
                () => ScoringDevice.ForLoadedModels,
                warn: null
            );
        }
        catch (FormatException fault)
        {
            throw new InputDataException($"The description of the generator cannot be read: {fault.Message}", fault);
        }
    }
}
