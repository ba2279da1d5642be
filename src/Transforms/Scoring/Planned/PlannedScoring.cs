using System.Diagnostics;
using System.Text.Json.Serialization;
using Microsoft.ML.MedicalSegmentation.Columns;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>What a saved planned segmentation keeps beside its ONNX files.</summary>
/// <param name="Ensemble">What is predicted, and by which configurations.</param>
/// <param name="Settings">How networks are run.</param>
/// <param name="WithProbabilities">Whether rows get probabilities.</param>
/// <param name="WithDoubt">Whether rows get doubt.</param>
internal sealed record PlannedState(PlannedEnsemble Ensemble, ScoringSettings Settings, bool WithProbabilities, bool WithDoubt = false)
{
    /// <summary>What rows get beside labels.</summary>
    [JsonIgnore]
    public ScoringOutput Output => ModelLoadOptions.OutputOf(WithProbabilities, WithDoubt);
}

/// <summary>Segments the volume of a row with a planned model.</summary>
internal sealed class PlannedScoring : RowFunction<VolumeAndBlobsInput, LabelAndVolumeOutput>
{
    private readonly PlannedState _state;
    private readonly IReadOnlyList<byte[]> _networks;
    private readonly Func<ScoringDevice> _device;
    private readonly Action<string> _warn;
    private readonly Lock _opening = new();
    private PlannedSegmenter? _segmenter;

    /// <param name="state">The model.</param>
    /// <param name="networks">Its ONNX files.</param>
    /// <param name="device">Asked where to run when the first row comes.</param>
    /// <param name="warn">Told what is doubtful; the trace listeners of .NET where null.</param>
    /// <exception cref="ArgumentException">The description is impossible, or there is another number of networks.</exception>
    public PlannedScoring(PlannedState state, IReadOnlyList<byte[]> networks, Func<ScoringDevice> device, Action<string>? warn)
        : base(new PlannedContract())
    {
        state.Ensemble.Validate();
        state.Settings.Validate();
        if (state.Settings.Tiling == ScoringTiling.Exact)
        {
            throw new ArgumentException(
                "Exact tiles serve models of one network; this model was planned, and is scored as nnU-Net scores. Use blended tiles."
            );
        }

        var needed = state.Ensemble.Members.Sum(member => member.AllNetworks);
        if (networks.Count != needed)
        {
            throw new ArgumentException($"There are {networks.Count} networks; the model needs {needed}. Import the model again.");
        }

        (_state, _networks, _device, _warn) = (state, networks, device, warn ?? (message => Trace.TraceWarning(message)));
    }

    /// <summary>All but the networks.</summary>
    public PlannedState State => _state;

    /// <summary>The ONNX files.</summary>
    public IReadOnlyList<byte[]> Networks => _networks;

    /// <summary>What is predicted.</summary>
    public PlannedEnsemble Ensemble => _state.Ensemble;

    /// <summary>The same model with the log and device of a context, and with what the options change.</summary>
    public PlannedScoring With(MLContext context, ModelLoadOptions options)
    {
        var state = _state with
        {
            Settings = options.Settings?.Invoke(_state.Settings) ?? _state.Settings,
            WithProbabilities = options.OutputOf(_state.Output) == ScoringOutput.Probabilities,
            WithDoubt = options.OutputOf(_state.Output) == ScoringOutput.Doubt,
        };
        return new(state, _networks, ScoringDevice.OfLoaded(context, options.Device), new ScoringLog(context).Warn);
    }

    /// <summary>Segments one volume.</summary>
    /// <inheritdoc cref="PlannedSegmenter.Segment"/>
    public VolumeSegmentation Segment(Volume volume, ScoringOutput output, CancellationToken cancellationToken) =>
        Open().Segment(volume, output, cancellationToken);

    public override void Apply(VolumeAndBlobsInput input, LabelAndVolumeOutput output)
    {
        var result = Segment(input.Volume, _state.Output, ScoringScope.Current?.CancellationToken ?? default);
        output.Labels = result.Labels;
        if (result.Volume is { } volume)
        {
            output.Volume = volume;
        }
    }

    public override DataViewSchema.Annotations Annotate(int output, IReadOnlyList<DataViewSchema.Column> inputs)
        => output == 0
            ? ClassAnnotations.OfClasses(Ensemble.Classes)
            : _state.Output == ScoringOutput.Doubt ? DataViewSchema.Annotations.Empty
            : ClassAnnotations.OfChannelNames([.. Ensemble.Outputs.Select(channel => channel.Name)]);

    public override SavedState ToState() => SavedState.Of(_state, [.. _networks.Select(network => new ReadOnlyMemory<byte>(network))]);

    /// <summary>Frees the sessions; the next row opens others.</summary>
    public override void Dispose()
    {
        Interlocked.Exchange(ref _segmenter, null)?.Dispose();
        base.Dispose();
    }

    private PlannedSegmenter Open()
    {
        lock (_opening)
        {
            return _segmenter ??= new(Ensemble, _networks, _state.Settings, _device(), _warn);
        }
    }
}

/// <summary>Version 1 of saved planned segmentation: every ONNX file is a blob.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class PlannedContract() : RowContract<VolumeAndBlobsInput, LabelAndVolumeOutput>(ContractName, FromState)
{
    public const string ContractName = ZipStages.ContractPrefix + "SegmentPlanned/1";

    private static PlannedScoring FromState(SavedState state)
        => new(state.Read<PlannedState>(), [.. state.Blobs.Select(SavedState.ArrayOf)], () => ScoringDevice.ForLoadedModels, warn: null);
}
