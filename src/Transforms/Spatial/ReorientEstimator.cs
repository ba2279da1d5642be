using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// Turns volumes or label volumes to one orientation by swapping and mirroring axes; every voxel keeps its value and its place in the
/// patient.
/// </summary>
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

        /// <summary>The column of volumes or label volumes. Default: the output column.</summary>
        public string? InputColumnName;

        /// <summary>Where the x, y and z axes point to: one of R/L, of A/P and of S/I each. Default "RAS".</summary>
        public string Orientation = "RAS";
    }

    private protected override RowFunction MakeFunction(InputColumns columns)
        => columns.HoldsLabels(_input) ? new LabelReorientation(_settings) : new VolumeReorientation(_settings);
}

/// <summary>The orientation to turn to.</summary>
internal sealed record ReorientSettings(string Orientation) : ICheckedSettings
{
    /// <inheritdoc/>
    public void Validate()
    {
        _ = MedicalSegmentation.Orientation.Parse(Orientation);
    }
}

/// <summary>Turns the volume of a row.</summary>
internal sealed class VolumeReorientation(ReorientSettings settings)
    : SettingsFunction<VolumeInput, VolumeOutput, ReorientSettings>(settings, new ReorientContract())
{
    public override void Apply(VolumeInput input, VolumeOutput output) => output.Volume = input.Volume.Reorient(Settings.Orientation);
}

/// <summary>Turns the label volume of a row.</summary>
internal sealed class LabelReorientation(ReorientSettings settings)
    : SettingsFunction<LabelVolumeInput, LabelVolumeOutput, ReorientSettings>(settings, new ReorientLabelsContract())
{
    public override void Apply(LabelVolumeInput input, LabelVolumeOutput output) =>
        output.Labels = input.Labels.Reorient(Settings.Orientation);
}

/// <summary>Version 1 of saved Reorient of volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ReorientContract()
    : RowContract<VolumeInput, VolumeOutput>(ContractName, state => new VolumeReorientation(state.Read<ReorientSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "Reorient/1";
}

/// <summary>Version 1 of saved Reorient of label volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ReorientLabelsContract()
    : RowContract<LabelVolumeInput, LabelVolumeOutput>(ContractName, state => new LabelReorientation(state.Read<ReorientSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "ReorientLabels/1";
}
