using Microsoft.ML.MedicalSegmentation.Columns;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.MedicalSegmentation.Scoring.Exact;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation.Scoring;

/// <summary>What a saved segmentation keeps beside the ONNX file.</summary>
/// <param name="Metadata">The model's description, as <see cref="SegmentationModelMetadata"/> writes it.</param>
/// <param name="Settings">How it is run.</param>
/// <param name="WithProbabilities">Whether rows get probabilities.</param>
/// <param name="WithDoubt">Whether rows get doubt.</param>
internal sealed record SegmentationState(
    Dictionary<string, string> Metadata,
    ScoringSettings Settings,
    bool WithProbabilities,
    bool WithDoubt = false
);

/// <summary>Segments the volume of a row.</summary>
internal sealed class SegmentationScoring : RowFunction<VolumeAndBlobsInput, LabelAndVolumeOutput>
{
    private readonly ScoringSettings _settings;
    private readonly ScoringOutput _output;
    private readonly SharedScorer<OnnxSegmenter> _segmenter;

    /// <param name="model">The network.</param>
    /// <param name="settings">How it is run.</param>
    /// <param name="output">What to compute beside labels.</param>
    /// <param name="device">Asked where to run when the first row comes.</param>
    /// <param name="warn">Told what is doubtful; the trace listeners of .NET where null.</param>
    public SegmentationScoring(
        SegmentationModel model,
        ScoringSettings settings,
        ScoringOutput output,
        Func<ScoringDevice> device,
        Action<string>? warn
    )
        : base(new SegmentationContract())
    {
        settings.Validate();
        if (settings.Tiling == ScoringTiling.Exact)
        {
            ExactTiles.Require(model.Info);
        }

        Model = model;
        _settings = settings;
        _output = output;
        _segmenter = new(() => new(model, settings, device(), warn));
    }

    public SegmentationModel Model { get; }

    /// <summary>The same network with the log and device of a context, and with what the options change.</summary>
    public SegmentationScoring With(MLContext context, ModelLoadOptions options)
    {
        return new(
            Model,
            options.Settings?.Invoke(_settings) ?? _settings,
            options.OutputOf(_output),
            ScoringDevice.OfLoaded(context, options.Device),
            new ScoringLog(context).Warn
        );
    }

    public override void Apply(VolumeAndBlobsInput input, LabelAndVolumeOutput output)
    {
        var scope = ScoringScope.Current;
        var result = _segmenter.Use(segmenter =>
            segmenter.Segment(input.Volume, _output, scope?.Progress, scope?.CancellationToken ?? default)
        );
        output.Labels = result.Labels;
        if (result.Volume is { } volume)
        {
            output.Volume = volume;
        }
    }

    public override DataViewSchema.Annotations Annotate(int output, IReadOnlyList<DataViewSchema.Column> inputs) =>
        output == 0 ? ClassAnnotations.OfClasses(Model.Info.Classes)
        : _output == ScoringOutput.Doubt ? DataViewSchema.Annotations.Empty
        : ClassAnnotations.OfChannelNames([.. Model.Info.Classes.Select(c => c.Name)]);

    public override SavedState ToState() =>
        SavedState.Of(
            new SegmentationState(
                SegmentationModelMetadata.Write(Model.Info).ToDictionary(),
                _settings,
                _output == ScoringOutput.Probabilities,
                _output == ScoringOutput.Doubt
            ),
            Model.Onnx
        );

    /// <inheritdoc cref="SharedScorer{T}.Release"/>
    public override void Dispose()
    {
        _segmenter.Release();
        base.Dispose();
    }
}

/// <summary>Version 2 of saved segmentation: the ONNX file is a blob.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class SegmentationContract()
    : RowContract<VolumeAndBlobsInput, LabelAndVolumeOutput>(ContractName, state => FromState(state))
{
    public const string ContractName = ZipStages.ContractPrefix + "Segment/2";

    /// <summary>The function of a state of either version, with the log and device of loaded models.</summary>
    public static SegmentationScoring FromState(SavedState state)
    {
        var saved = state.Read<SegmentationState>();
        var onnx = state.OnlyNetwork();
        try
        {
            var info = SegmentationModelMetadata.Read(saved.Metadata)
                ?? throw new InputDataException("The model's state has no description of its network. Train or save the model again.");
            return new SegmentationScoring(
                new(onnx, info),
                saved.Settings,
                ModelLoadOptions.OutputOf(saved.WithProbabilities, saved.WithDoubt),
                () => ScoringDevice.ForLoadedModels,
                warn: null
            );
        }
        catch (FormatException e)
        {
            throw new InputDataException($"The description of the model's network cannot be read: {e.Message}", e);
        }
    }
}

/// <summary>Version 1 of saved segmentation: the ONNX file stood in the state. Zips of this version still load.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class FirstSegmentationContract()
    : RowContract<VolumeInput, LabelAndVolumeOutput>(ContractName, state => new Forwarding(SegmentationContract.FromState(state)))
{
    public const string ContractName = ZipStages.ContractPrefix + "Segment/1";

    private sealed class Forwarding(SegmentationScoring scoring)
        : RowFunction<VolumeInput, LabelAndVolumeOutput>(new FirstSegmentationContract())
    {
        public override void Apply(VolumeInput input, LabelAndVolumeOutput output) =>
            scoring.Apply(new() { Volume = input.Volume }, output);

        public override SavedState ToState() => scoring.ToState();

        public override void Dispose()
        {
            scoring.Dispose();
            base.Dispose();
        }
    }
}
