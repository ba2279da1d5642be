using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Turns volumes or label volumes to one orientation by swapping and mirroring axes; every voxel keeps its value and its place in the patient.</summary>
/// <remarks>
/// The type of the input column decides whether it is treated as a volume or as labels. An oblique volume stays oblique.
/// <see cref="ReturnToGridEstimator"/> brings predictions back exactly.
/// </remarks>
public sealed class ReorientEstimator : VolumeEstimator
{
    internal const string Name = "Reorient";

    private readonly string _input;
    private readonly ReorientSettings _settings;

    internal ReorientEstimator(Options options)
        : base(Name, [options.InputColumnName ?? options.OutputColumnName], [options.OutputColumnName])
    {
        _input = options.InputColumnName ?? options.OutputColumnName;
        _settings = new ReorientSettings(options.Orientation).Validated();
    }

    /// <summary>Options of <see cref="ReorientEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column of turned volumes or label volumes that is added. Default "Image".</summary>
        public string OutputColumnName = "Image";

        /// <summary>The column of volumes or label volumes; that of the output where left out.</summary>
        public string? InputColumnName;

        /// <summary>Where the x, y and z axes point to: one of R/L, of A/P and of S/I each. Default "RAS".</summary>
        public string Orientation = "RAS";
    }

    private protected override RowFunction MakeFunction(InputColumns columns)
        => columns.HoldsLabels(_input) ? new LabelReorientation(_settings) : new VolumeReorientation(_settings);
}

/// <summary>The orientation to turn to.</summary>
internal sealed record ReorientSettings(string Orientation)
{
    /// <summary>This object; fails for an orientation that is none.</summary>
    public ReorientSettings Validated()
    {
        _ = MedicalSegmentation.Orientation.Parse(Orientation);
        return this;
    }
}

/// <summary>Turns the volume of a row.</summary>
internal sealed class VolumeReorientation(ReorientSettings settings) : RowFunction<VolumeInput, VolumeOutput>(new ReorientContract())
{
    private readonly ReorientSettings _settings = settings.Validated();

    public override void Apply(VolumeInput input, VolumeOutput output) => output.Volume = input.Volume.Reorient(_settings.Orientation);

    public override SavedState ToState() => SavedState.Of(_settings);
}

/// <summary>Turns the label volume of a row.</summary>
internal sealed class LabelReorientation(ReorientSettings settings) : RowFunction<LabelVolumeInput, LabelVolumeOutput>(new ReorientLabelsContract())
{
    private readonly ReorientSettings _settings = settings.Validated();

    public override void Apply(LabelVolumeInput input, LabelVolumeOutput output) => output.Labels = input.Labels.Reorient(_settings.Orientation);

    public override SavedState ToState() => SavedState.Of(_settings);
}

/// <summary>Version 1 of saved Reorient of volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ReorientContract : RowContract<VolumeInput, VolumeOutput>
{
    public const string ContractName = StockChain.ContractPrefix + "Reorient/1";

    public override string Name => ContractName;

    public override RowFunction<VolumeInput, VolumeOutput> Restore(SavedState state) => new VolumeReorientation(state.Read<ReorientSettings>());
}

/// <summary>Version 1 of saved Reorient of label volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ReorientLabelsContract : RowContract<LabelVolumeInput, LabelVolumeOutput>
{
    public const string ContractName = StockChain.ContractPrefix + "ReorientLabels/1";

    public override string Name => ContractName;

    public override RowFunction<LabelVolumeInput, LabelVolumeOutput> Restore(SavedState state) => new LabelReorientation(state.Read<ReorientSettings>());
}
