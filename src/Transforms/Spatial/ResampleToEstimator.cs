using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// Brings volumes or label volumes to the grid of another column's volume: every voxel takes the value at its place in the patient.
/// </summary>
/// <remarks>
/// Grids may lie at any angle to each other. Volumes become single precision (unless nearest), labels keep their type and
/// are never blended; labels outside their source are background.
/// </remarks>
public sealed class ResampleToEstimator : VolumeEstimator
{
    internal const string Name = "ResampleTo";

    private readonly string _input;
    private readonly ResampleToSettings _settings;

    internal ResampleToEstimator(Options options)
        : base(Name, [options.InputColumnName ?? options.OutputColumnName, options.ReferenceColumnName], [options.OutputColumnName])
    {
        _input = options.InputColumnName ?? options.OutputColumnName;
        _settings = new ResampleToSettings(options.Resampling, options.LabelResampling).Validated();
    }

    /// <summary>Options of <see cref="ResampleToEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column of resampled volumes or label volumes that is added. Default "Image".</summary>
        public string OutputColumnName = "Image";

        /// <summary>The column of volumes or label volumes. Default: the output column.</summary>
        public string? InputColumnName;

        /// <summary>The column of volumes whose grid is wanted. Default "Reference".</summary>
        public string ReferenceColumnName = "Reference";

        /// <summary>How volumes are resampled. Default linear.</summary>
        public ResamplingOptions Resampling = new();

        /// <summary>How label volumes are resampled. Default the closest voxel.</summary>
        public LabelResamplingOptions LabelResampling = new();
    }

    private protected override RowFunction MakeFunction(InputColumns columns)
        => columns.HoldsLabels(_input) ? new LabelToReference(_settings) : new VolumeToReference(_settings);
}

/// <summary>How volumes and labels are brought to another's grid.</summary>
internal sealed record ResampleToSettings(ResamplingOptions Volumes, LabelResamplingOptions Labels) : ICheckedSettings
{
    /// <inheritdoc/>
    public void Validate()
    {
        var faults = new OptionFaults();
        Volumes.AddFaults(faults);
        Labels.AddFaults(faults);
        faults.ThrowIfAny(ResampleToEstimator.Name);
    }
}

/// <summary>Brings the volume of a row to the grid of another.</summary>
internal sealed class VolumeToReference(ResampleToSettings settings)
    : SettingsFunction<ReferencedVolumeInput, VolumeOutput, ResampleToSettings>(settings, new ResampleToContract())
{
    public override void Apply(ReferencedVolumeInput input, VolumeOutput output)
        => output.Volume = input.Volume.ResampleTo(input.Reference.Shape, input.Reference.Geometry, Settings.Volumes);
}

/// <summary>Brings the label volume of a row to the grid of a volume.</summary>
internal sealed class LabelToReference(ResampleToSettings settings)
    : SettingsFunction<ReferencedLabelVolumeInput, LabelVolumeOutput, ResampleToSettings>(settings, new ResampleLabelsToContract())
{
    public override void Apply(ReferencedLabelVolumeInput input, LabelVolumeOutput output)
        => output.Labels = input.Labels.ResampleTo(input.Reference.Shape, input.Reference.Geometry, Settings.Labels);
}

/// <summary>Version 1 of saved ResampleTo of volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ResampleToContract()
    : RowContract<ReferencedVolumeInput, VolumeOutput>(ContractName, state => new VolumeToReference(state.Read<ResampleToSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "ResampleTo/1";
}

/// <summary>Version 1 of saved ResampleTo of label volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ResampleLabelsToContract()
    : RowContract<ReferencedLabelVolumeInput, LabelVolumeOutput>(
        ContractName,
        state => new LabelToReference(state.Read<ResampleToSettings>())
    )
{
    public const string ContractName = ZipStages.ContractPrefix + "ResampleLabelsTo/1";
}
